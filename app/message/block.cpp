#include "app/message/block.h"

#include "app/message/markdown_html.h"

namespace corral::app::message {

QString kindName(Block::Kind kind)
{
    switch (kind) {
    case Block::Kind::Text: return QStringLiteral("text");
    case Block::Kind::Code: return QStringLiteral("code");
    case Block::Kind::Thinking: return QStringLiteral("thinking");
    case Block::Kind::Table: return QStringLiteral("table");
    case Block::Kind::Rule: return QStringLiteral("rule");
    case Block::Kind::Math: return QStringLiteral("math");
    }
    return {};
}

QString html(const Block& block) { return block.kind == Block::Kind::Text ? markdownHtml(block.text, block.rightToLeft) : QString(); }

} // namespace corral::app::message
