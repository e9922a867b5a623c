// corral detokenize: ids → text.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/id_list.h"
#include "app/cli/model_options.h"
#include "app/cli/text_model.h"

namespace corral::cli {

namespace {

// The id that is outside the vocabulary, if there is one.
std::optional<Error> outside(const text::Tokenizer& tokenizer, const std::vector<text::Token>& ids)
{
    for (const text::Token id : ids)
        if (id < 0 || id >= tokenizer.size())
            return Error{ErrorCode::InvalidArgument, std::format("token id {} is outside the vocabulary of {} tokens", id, tokenizer.size())};
    return std::nullopt;
}

// {"ids": […], "special": bool} → {"text": …}, and "hex" beside it if the bytes are no UTF-8.
Json answer(const text::Tokenizer& tokenizer, const Json& request, bool special)
{
    std::vector<text::Token> ids;
    if (!request.contains("ids") || !request["ids"].is_array()) return {{"error", "the request has no \"ids\""}};
    for (const Json& id : request["ids"]) {
        if (!id.is_number_integer() || !std::in_range<text::Token>(id.get<std::int64_t>())) return {{"error", "an id is no whole number"}};
        ids.push_back(id.get<text::Token>());
    }
    if (const auto wrong = outside(tokenizer, ids)) return {{"error", wrong->message}};
    if (request.contains("special") && request["special"].is_boolean()) special = request["special"].get<bool>();
    const std::string text = tokenizer.decode(ids, {.removeSpecial = !special, .unparseSpecial = special});
    if (isUtf8(text)) return {{"text", text}};
    return {{"text", text}, {"hex", toHex(text)}}; // dump() repairs the text
}

} // namespace

int runDetokenize(const Hooks&, Arguments arguments)
{
    std::filesystem::path model;
    bool batch = false, special = true;
    OptionTable table("corral detokenize -m FILE IDS… [OPTIONS]",
                      "Prints the text of token ids (1 2 3, 1,2,3 or [1, 2, 3]). Without IDS they are read from the input.\n"
                      "With --batch every line of the input is a JSON object {\"ids\": […]} and is answered by a line {\"text\": …}.");
    addModelOption(table, model);
    table.flag({"--special"}, "control tokens as their text; without it they are left out", special);
    table.flag({"--batch"}, "JSON lines in, JSON lines out", batch);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (model.empty()) return table.misuse("which model? -m FILE");
    if (batch && !rest->empty()) return table.misuse("with --batch the ids come from the input");
    std::string list;
    for (const std::string& argument : *rest) list += argument + " ";
    if (list.empty() && !batch) list = readAll();
    while (list.ends_with(' ') || list.ends_with('\n')) list.pop_back();
    const auto ids = parseIds(list);
    if (!ids) return table.misuse(std::format("\"{}\" is no list of token ids", list));

    const auto opened = TextModel::open(model);
    if (!opened) return failed("detokenize", opened.error());
    const text::Tokenizer& tokenizer = *opened->tokenizer;
    if (batch) return answerLines([&](const Json& request) { return answer(tokenizer, request, special); });
    if (const auto wrong = outside(tokenizer, *ids)) return failed("detokenize", *wrong);
    print(tokenizer.decode(*ids, {.removeSpecial = !special, .unparseSpecial = special}) + "\n");
    return kFine;
}

} // namespace corral::cli
