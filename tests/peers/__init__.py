"""Tests against other programs as they are: real servers on this machine, cut off from any network."""
