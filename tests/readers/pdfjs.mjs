// The text that pdf.js (Firefox's reader) extracts: node pdfjs.mjs <pdf.mjs> <file.pdf>… → a JSON list, one text a file.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

console.log = console.error; // pdf.js tells there that it has no canvas to paint on
const [library, ...files] = process.argv.slice(2);
const { getDocument, VerbosityLevel } = await import(pathToFileURL(library));
const texts = [];
for (const file of files) {
  const data = new Uint8Array(await readFile(file));
  const pdf = await getDocument({ data, verbosity: VerbosityLevel.ERRORS }).promise;
  let text = "";
  for (let number = 1; number <= pdf.numPages; number++) {
    const content = await (await pdf.getPage(number)).getTextContent();
    text += content.items.map(item => item.str + (item.hasEOL ? "\n" : "")).join("") + "\n";
  }
  texts.push(text);
}
process.stdout.write(JSON.stringify(texts));
