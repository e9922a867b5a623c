// What a grammar costs on a real vocabulary: grammar_cost MODEL.gguf [GRAMMAR.gbnf]. A text the grammar allows is written token by token; at each place one
// candidate is tested, and the mask of the whole vocabulary made cold (for the first time) and taken from the cache.
#include "core/gguf/file.h"
#include "core/sample/grammar/grammar_matcher.h"
#include "core/sample/sampler.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

namespace {

using namespace corral;
using Clock = std::chrono::steady_clock;

constexpr const char* kJson = R"(root ::= object
value ::= object | array | string | number | ("true" | "false" | "null") ws
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
array ::= "[" ws (value ("," ws value)*)? "]" ws
string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws ::= | " " | "\n" [ \t]{0,20}
)";

constexpr const char* kText = R"({"name": "Ada Lovelace", "born": 1815, "fields": ["mathematics", "computing", {"note": "第一位程序员 \u00e9 \"quoted\"", "ok": true}],
 "address": {"street": "12 St James's Square", "city": "London", "geo": [51.5074, -0.1278e0]}, "empty": {}, "list": [[1, 2], [3]], "none": null})";

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

void print(const char* what, std::vector<double> times)
{
    std::ranges::sort(times);
    double sum = 0;
    for (const double t : times) sum += t;
    std::printf("%-28s median %8.2f us   mean %8.2f   90%% %8.2f   worst %8.2f   (%zu)\n", what, times[times.size() / 2], sum / static_cast<double>(times.size()),
                times[times.size() * 9 / 10], times.back(), times.size());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) return std::fprintf(stderr, "grammar_cost MODEL.gguf [GRAMMAR.gbnf TEXT]\n"), 2;
    const auto file = gguf::File::open(argv[1]);
    if (!file) return std::fprintf(stderr, "%s\n", file.error().message.c_str()), 1;
    const auto loaded = text::Tokenizer::load(**file);
    if (!loaded) return std::fprintf(stderr, "%s\n", loaded.error().message.c_str()), 1;
    const auto tokenizer = *loaded;
    sample::Vocabulary vocabulary;
    vocabulary.size = tokenizer->size();
    vocabulary.endOfGeneration = tokenizer->endOfGeneration();
    vocabulary.pieceOf = [&](sample::Token token) { return tokenizer->piece(token, true); };

    const auto read = [](const char* path) {
        std::ostringstream out;
        out << std::ifstream(path).rdbuf();
        return out.str();
    };
    const std::string gbnf = argc > 2 ? read(argv[2]) : kJson, text = argc > 3 ? read(argv[3]) : kText;
    auto begin = Clock::now();
    const auto trie = vocabulary.trie();
    std::printf("%d tokens, trie of %zu nodes in %.1f ms\n", vocabulary.size, trie->nodes().size(), microseconds(Clock::now() - begin) / 1000);
    begin = Clock::now();
    const auto grammar = sample::Grammar::parse(gbnf, trie.get());
    if (!grammar) return std::fprintf(stderr, "%s\n", grammar.error().message.c_str()), 1;
    std::printf("grammar of %zu nodes in %.3f ms\n", (*grammar)->nodeCount(), microseconds(Clock::now() - begin) / 1000);

    std::mt19937 random(1);
    std::vector<double> firstTests, tests, cold, cached, accepts;
    sample::GrammarMatcher matcher(*grammar, trie), tester(*grammar, trie), fresh(*grammar, trie);
    for (const sample::Token token : tokenizer->encode(text, {.addSpecial = false, .parseSpecial = false})) {
        const auto time = [](std::vector<double>& times, auto&& what) {
            const auto start = Clock::now();
            what();
            times.push_back(microseconds(Clock::now() - start));
        };
        volatile bool sink = false;
        time(firstTests, [&] { sink = tester.allows(token); });
        const auto other = static_cast<sample::Token>(random() % static_cast<unsigned>(vocabulary.size));
        time(tests, [&] { sink = tester.allows(other); });
        time(cold, [&] { matcher.mask(); });
        time(cached, [&] { matcher.mask(); });
        bool fits = tester.accept(token);
        time(accepts, [&] { fits &= matcher.accept(token); });
        if (!fits) return std::fprintf(stderr, "the grammar refuses '%s'\n", tokenizer->piece(token, true).c_str()), 1;
        (void)sink;
    }
    print("test of the token", firstTests);
    print("test of a random one", tests);
    print("mask, first or again", cold);
    std::erase_if(cold, [](double t) { return t < 5; });
    print("mask, where it was new", cold);
    print("mask, cached", cached);
    print("accept", accepts);
    return matcher.mayEnd() ? 0 : 1;
}
