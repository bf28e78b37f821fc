"""Speed and memory, as ratios measured in one run; never a test that can fail on a busy machine."""
