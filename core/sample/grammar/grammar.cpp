#include "core/sample/grammar/grammar.h"

#include "core/sample/grammar/token_trie.h"

#include <algorithm>
#include <unordered_map>

namespace corral::sample {

// From the tree to the automaton, back to front: what follows a part is known before the part is made.
class GrammarBuilder {
public:
    GrammarBuilder(const Gbnf& gbnf, std::string_view text) : m_gbnf(gbnf), m_text(text) {}

    Result<std::shared_ptr<const Grammar>> build()
    {
        m_out.m_nodes.push_back({}); // kReturn
        for (const Gbnf::Rule& rule : m_gbnf.rules) {
            m_out.m_starts.push_back(make(static_cast<std::uint32_t>(rule.body), kReturn));
            if (m_tooLarge)
                return fail(ErrorCode::InvalidArgument, "grammar, {}: with its repetitions written out, rule '{}' makes the grammar too large",
                            placeIn(m_text, rule.offset), rule.name);
        }
        m_out.m_root = m_gbnf.root;
        if (auto sound = refuseLeftRecursion(); !sound) return std::unexpected(sound.error());
        return std::make_shared<const Grammar>(std::move(m_out));
    }

private:
    using Kind = Grammar::Kind;
    static constexpr std::uint32_t kReturn = 0;

    std::uint32_t add(Grammar::Node node)
    {
        m_out.m_nodes.push_back(node);
        return static_cast<std::uint32_t>(m_out.m_nodes.size() - 1);
    }

    // The node where `part`, followed by `next`, begins. Steps are counted, for there may be endless repetitions of nothing.
    std::uint32_t make(std::uint32_t part, std::uint32_t next)
    {
        if (++m_steps > Grammar::kMostNodes || m_out.m_edges.size() + m_out.m_options.size() > 4 * Grammar::kMostNodes) m_tooLarge = true;
        if (m_tooLarge) return kReturn;
        const Gbnf::Node& node = m_gbnf.nodes[part];
        switch (node.kind) {
        case Gbnf::Kind::Literal:
            for (std::uint32_t i = node.count; i-- > 0;) {
                const char32_t c = m_gbnf.codePoints[node.first + i];
                next = makeClass(std::vector<CodeRange>{{c, c}}, next);
            }
            m_steps += node.count;
            return next;
        case Gbnf::Kind::Class: return makeClass(std::span(m_gbnf.ranges).subspan(node.first, node.count), next);
        case Gbnf::Kind::Reference: return add({.kind = Kind::Call, .first = node.first, .next = next});
        case Gbnf::Kind::Token: return add({.kind = Kind::Token, .negated = node.negated, .first = node.first, .next = next});
        case Gbnf::Kind::Sequence:
            for (std::uint32_t i = node.count; i-- > 0;) next = make(m_gbnf.children[node.first + i], next);
            return next;
        case Gbnf::Kind::Alternatives: {
            std::vector<std::uint32_t> options;
            for (std::uint32_t i = 0; i < node.count; ++i) options.push_back(make(m_gbnf.children[node.first + i], next));
            return makeSplit(options);
        }
        case Gbnf::Kind::Repetition: return makeRepetition(node, next);
        }
        return next;
    }

    std::uint32_t makeSplit(const std::vector<std::uint32_t>& options)
    {
        const auto first = static_cast<std::uint32_t>(m_out.m_options.size());
        m_out.m_options.insert(m_out.m_options.end(), options.begin(), options.end());
        return add({.kind = Kind::Split, .first = first, .count = static_cast<std::uint32_t>(options.size())});
    }

    std::uint32_t makeRepetition(const Gbnf::Node& node, std::uint32_t next)
    {
        if (node.most == Gbnf::kUnbounded) {
            const std::uint32_t loop = makeSplit({kReturn, next});
            const std::uint32_t body = make(node.first, loop);
            m_out.m_options[m_out.m_nodes[loop].first] = body;
            next = loop;
        } else {
            const std::uint32_t behind = next;
            for (std::uint32_t i = node.least; i < node.most && !m_tooLarge; ++i) next = makeSplit({make(node.first, next), behind});
        }
        for (std::uint32_t i = 0; i < node.least && !m_tooLarge; ++i) next = make(node.first, next);
        return next;
    }

    std::uint32_t makeClass(std::span<const CodeRange> ranges, std::uint32_t next)
    {
        m_sequences.clear();
        for (const CodeRange range : ranges) appendSequences(range, m_sequences);
        m_firstEdges.clear();
        for (const ByteSequence& sequence : m_sequences) {
            std::uint32_t to = next;
            for (int i = sequence.length - 1; i > 0; --i) to = continuation(sequence.bytes[static_cast<std::size_t>(i)], to);
            const ByteRange lead = sequence.bytes[0];
            if (!m_firstEdges.empty() && m_firstEdges.back().next == to && m_firstEdges.back().high + 1 == lead.first) m_firstEdges.back().high = lead.last;
            else m_firstEdges.push_back({lead.first, lead.last, to});
        }
        const auto first = static_cast<std::uint32_t>(m_out.m_edges.size());
        m_out.m_edges.insert(m_out.m_edges.end(), m_firstEdges.begin(), m_firstEdges.end());
        return add({.kind = Kind::Bytes, .first = first, .count = static_cast<std::uint32_t>(m_firstEdges.size())});
    }

    // A node with one edge; the same for all characters that end alike.
    std::uint32_t continuation(ByteRange range, std::uint32_t next)
    {
        const std::uint64_t key = std::uint64_t{next} << 16 | static_cast<std::uint64_t>(range.first << 8 | range.last);
        const auto [found, isNew] = m_continuations.try_emplace(key, 0);
        if (isNew) {
            m_out.m_edges.push_back({range.first, range.last, next});
            found->second = add({.kind = Kind::Bytes, .first = static_cast<std::uint32_t>(m_out.m_edges.size() - 1), .count = 1});
        }
        return found->second;
    }

    // Which rules can be empty; then which rules can call which before anything is read. A circle of such calls is left recursion.
    Result<void> refuseLeftRecursion() const
    {
        const auto& nodes = m_out.m_nodes;
        std::vector<std::vector<std::uint32_t>> before(nodes.size()), callsOf(m_out.m_starts.size()), startedBy(nodes.size());
        for (std::uint32_t n = 0; n < nodes.size(); ++n) {
            if (nodes[n].kind == Kind::Split)
                for (const std::uint32_t option : m_out.options(nodes[n])) before[option].push_back(n);
            if (nodes[n].kind == Kind::Call) {
                before[nodes[n].next].push_back(n);
                callsOf[nodes[n].first].push_back(n);
            }
        }
        for (std::uint32_t rule = 0; rule < m_out.m_starts.size(); ++rule) startedBy[m_out.m_starts[rule]].push_back(rule);

        std::vector<bool> canReturn(nodes.size()), isEmptyable(m_out.m_starts.size());
        std::vector<std::uint32_t> work{kReturn};
        canReturn[kReturn] = true;
        const auto reach = [&](std::uint32_t n) {
            if (canReturn[n]) return;
            canReturn[n] = true;
            work.push_back(n);
        };
        while (!work.empty()) {
            const std::uint32_t n = work.back();
            work.pop_back();
            for (const std::uint32_t b : before[n])
                if (nodes[b].kind == Kind::Split || isEmptyable[nodes[b].first]) reach(b);
            for (const std::uint32_t rule : startedBy[n]) {
                isEmptyable[rule] = true;
                for (const std::uint32_t call : callsOf[rule])
                    if (canReturn[nodes[call].next]) reach(call);
            }
        }

        std::vector<std::vector<std::uint32_t>> calls(m_out.m_starts.size());
        std::vector<std::uint32_t> seenBy(nodes.size(), 0xFFFFFFFF);
        for (std::uint32_t rule = 0; rule < calls.size(); ++rule) {
            work.assign(1, m_out.m_starts[rule]);
            while (!work.empty()) {
                const std::uint32_t n = work.back();
                work.pop_back();
                if (seenBy[n] == rule) continue;
                seenBy[n] = rule;
                if (nodes[n].kind == Kind::Split)
                    for (const std::uint32_t option : m_out.options(nodes[n])) work.push_back(option);
                if (nodes[n].kind == Kind::Call) {
                    calls[rule].push_back(nodes[n].first);
                    if (isEmptyable[nodes[n].first]) work.push_back(nodes[n].next);
                }
            }
        }

        enum class Mark : std::uint8_t { New, Open, Done };
        std::vector<Mark> marks(calls.size());
        std::vector<std::pair<std::uint32_t, std::size_t>> path;
        for (std::uint32_t first = 0; first < calls.size(); ++first) {
            if (marks[first] != Mark::New) continue;
            path.assign(1, {first, 0});
            marks[first] = Mark::Open;
            while (!path.empty()) {
                auto& [rule, at] = path.back();
                if (at == calls[rule].size()) {
                    marks[rule] = Mark::Done;
                    path.pop_back();
                    continue;
                }
                const std::uint32_t callee = calls[rule][at++];
                if (marks[callee] == Mark::Open)
                    return fail(ErrorCode::InvalidArgument, "grammar, {}: rule '{}' begins with itself (left recursion)",
                                placeIn(m_text, m_gbnf.rules[callee].offset), m_gbnf.rules[callee].name);
                if (marks[callee] == Mark::New) {
                    marks[callee] = Mark::Open;
                    path.push_back({callee, 0});
                }
            }
        }
        return {};
    }

    const Gbnf& m_gbnf;
    std::string_view m_text;
    Grammar m_out;
    std::size_t m_steps = 0;
    bool m_tooLarge = false;
    std::vector<ByteSequence> m_sequences;
    std::vector<Grammar::Edge> m_firstEdges;
    std::unordered_map<std::uint64_t, std::uint32_t> m_continuations;
};

Result<std::shared_ptr<const Grammar>> Grammar::parse(std::string_view text, const TokenTrie* tokens)
{
    const auto gbnf = Gbnf::parse(text, [tokens](std::string_view spelled) { return tokens ? tokens->find(spelled) : -1; });
    if (!gbnf) return std::unexpected(gbnf.error());
    return GrammarBuilder(*gbnf, text).build();
}

} // namespace corral::sample
