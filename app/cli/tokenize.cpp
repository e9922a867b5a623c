// corral tokenize: text → ids.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/id_list.h"
#include "app/cli/model_options.h"
#include "app/cli/prompt_text.h"
#include "app/cli/text_model.h"

namespace corral::cli {

namespace {

// {"text": …, "special": bool, "bos": bool} → {"ids": […]}; "hex" instead of "text" for bytes that are no UTF-8.
Json answer(const text::Tokenizer& tokenizer, const Json& request, text::Tokenizer::Encode options)
{
    std::optional<std::string> text;
    if (request.contains("text") && request["text"].is_string()) text = request["text"].get<std::string>();
    else if (request.contains("hex") && request["hex"].is_string()) text = fromHex(request["hex"].get<std::string>());
    if (!text) return {{"error", "the request has no \"text\""}};
    const auto overrule = [&](const char* key, bool& option) {
        if (request.contains(key) && request[key].is_boolean()) option = request[key].get<bool>();
    };
    overrule("special", options.parseSpecial);
    overrule("bos", options.addSpecial);
    return {{"ids", tokenizer.encode(*text, options)}};
}

} // namespace

int runTokenize(const Hooks&, Arguments arguments)
{
    std::filesystem::path model;
    bool batch = false, special = false, bos = true, escape = false, pieces = false, count = false;
    OptionTable table("corral tokenize -m FILE [TEXT] [OPTIONS]",
                      "Prints the token ids of a text as a JSON array. Without TEXT the text is the input.\n"
                      "With --batch every line of the input is a JSON object {\"text\": …, \"special\": bool} and is answered by a line {\"ids\": […]}.");
    addModelOption(table, model);
    table.flag({"--special"}, "control tokens spelled in the text are those tokens", special);
    table.flag({"--bos"}, "begin-of-sequence and end-of-sequence tokens where the vocabulary asks for them", bos);
    table.flag({"--batch"}, "JSON lines in, JSON lines out", batch);
    table.flag({"--pieces"}, "one token a line: id and text", pieces);
    table.flag({"--show-count"}, "print the number of tokens last", count);
    table.flag({"-e", "--escape"}, "\\n, \\t, \\xHH … in TEXT", escape);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (model.empty()) return table.misuse("which model? -m FILE");
    if (rest->size() > 1) return table.misuse("more than one text: put it in quotes");
    if (batch && !rest->empty()) return table.misuse("with --batch the texts come from the input");

    const auto opened = TextModel::open(model);
    if (!opened) return failed("tokenize", opened.error());
    const text::Tokenizer& tokenizer = *opened->tokenizer;
    const text::Tokenizer::Encode options{.addSpecial = bos, .parseSpecial = special};
    if (batch) return answerLines([&](const Json& request) { return answer(tokenizer, request, options); });

    std::string text = rest->empty() ? readAll() : rest->front();
    if (escape) text = unescaped(text);
    const auto ids = tokenizer.encode(text, options);
    if (pieces) {
        for (const text::Token id : ids) print(std::format("{:6} -> '{}'\n", id, tokenizer.piece(id, true)));
    } else {
        print(dump(ids) + "\n");
    }
    if (count) print(std::format("Total number of tokens: {}\n", ids.size()));
    return kFine;
}

} // namespace corral::cli
