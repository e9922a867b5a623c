#pragma once
// An answer as a list of blocks, each all reasoning, all text or one call: for protocols whose events open and close such blocks.
#include "app/server/api/chat_format.h"

#include <string>
#include <string_view>
#include <vector>

namespace corral::server {

struct AnswerBlock {
    text::AnswerDelta::Kind kind = text::AnswerDelta::Kind::Content;
    std::string text;     // of a call: its arguments
    std::string id, name; // of a call
};

class AnswerBlocks {
public:
    explicit AnswerBlocks(const AnswerReading& reading) : m_parser(reading.format, reading.options) {}

    struct Change {
        std::size_t block = 0; // the last one there is then
        bool begins = false;   // it does, and the one before it has ended
        std::string text;      // what was added to it
    };
    std::vector<Change> push(std::string_view text) { return take(m_parser.push(text)); }
    std::vector<Change> finish() { return take(m_parser.finish()); }
    const std::vector<AnswerBlock>& all() const { return m_blocks; }
    bool hasCalls() const { return m_parser.calls() > 0; }

private:
    std::vector<Change> take(std::vector<text::AnswerDelta> deltas)
    {
        std::vector<Change> changes;
        for (text::AnswerDelta& delta : deltas) {
            const bool isNewCall = delta.kind == text::AnswerDelta::Kind::Call && !delta.name.empty();
            const bool begins = m_blocks.empty() || m_blocks.back().kind != delta.kind || isNewCall;
            if (begins) m_blocks.push_back({.kind = delta.kind, .text = {}, .id = std::move(delta.id), .name = std::move(delta.name)});
            m_blocks.back().text += delta.text;
            changes.push_back({.block = m_blocks.size() - 1, .begins = begins, .text = std::move(delta.text)});
        }
        return changes;
    }

    text::AnswerParser m_parser;
    std::vector<AnswerBlock> m_blocks;
};

} // namespace corral::server
