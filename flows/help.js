// Markdown of docs/nodes to Node-RED's help: headings, paragraphs, lists, tables, code, links; nothing else is used there.

const escapeHtml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function inline(text) {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
    .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
}

const cellsOf = (line) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => inline(cell.trim()));

/** A table of properties is a definition list in Node-RED's sidebar, which is narrow. */
function renderTable(lines) {
  const rows = lines.slice(2).map(cellsOf);
  const items = rows.map(([name, ...rest]) => `  <dt>${name}</dt>\n  <dd>${rest.join(" – ")}</dd>`);
  return `<dl class="message-properties">\n${items.join("\n")}\n</dl>`;
}

function renderBlock(block) {
  const lines = block.split("\n");
  const [first = ""] = lines;
  const heading = /^(#{1,4}) (.*)$/.exec(first);
  if (heading) {
    // The title is the node's own name, which the sidebar shows already.
    const rest = lines.slice(1).join("\n").trim();
    const title = heading[1].length === 1 ? "" : `<h3>${inline(heading[2])}</h3>`;
    return [title, ...(rest === "" ? [] : [renderBlock(rest)])].filter((part) => part !== "").join("\n");
  }
  if (first.startsWith("```")) return `<pre>${escapeHtml(lines.slice(1, -1).join("\n"))}</pre>`;
  if (first.startsWith("|")) return renderTable(lines);
  if (first.startsWith("- "))
    return `<ul>\n${block
      .split(/^- /m)
      .slice(1)
      .map((item) => `  <li>${inline(item.trim().replaceAll("\n", " "))}</li>`)
      .join("\n")}\n</ul>`;
  return `<p>${inline(lines.join(" "))}</p>`;
}

/** Blank lines within a code block do not end it. */
function blocksOf(markdown) {
  return markdown
    .split(/(^```[^\n]*\n[\s\S]*?^```$)/m)
    .flatMap((part) => (part.startsWith("```") ? [part] : part.split(/\n{2,}/)))
    .map((block) => block.trim())
    .filter((block) => block !== "");
}

exports.renderHelp = (node, markdown) =>
  `<script type="text/html" data-help-name="${node}">\n${blocksOf(markdown)
    .map(renderBlock)
    .filter((part) => part !== "")
    .join("\n")}\n</script>\n`;
