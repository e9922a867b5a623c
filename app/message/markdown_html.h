#pragma once
// Markdown (GFM) → the HTML that Qt's rich text knows. Safe for whatever a model writes: no raw HTML but a few harmless tags without
// attributes, links to http, https and mailto only, images as links. Without colours, so that the theme rules.
// Formulas ($…$, $$…$$, \(…\), \[…\]) are kept from Markdown's stars and underscores and shown as their TeX in italics.
#include <QString>

namespace corral::app::message {

QString markdownHtml(const QString& markdown, bool rightToLeft = false);
QString inlineHtml(const QString& markdown); // of a table's cell: no paragraphs, lists or headings

} // namespace corral::app::message
