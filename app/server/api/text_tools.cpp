#include "app/server/api/call.h"
#include "core/text/unicode.h"

namespace corral::server {

Answered tokenize(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    Fields fields(*body);
    const bool addSpecial = fields.boolean({"add_special"}, false), parseSpecial = fields.boolean({"parse_special"}, true);
    const bool withPieces = fields.boolean({"with_pieces"}, false);
    const std::string content = fields.string({"content"}, {});
    if (fields.error()) return std::unexpected(*fields.error());
    const auto tokens = call.service.tokenizer().encode(content, {.addSpecial = addSpecial, .parseSpecial = parseSpecial});
    Json list = Json::array();
    for (const generate::Token token : tokens) {
        if (!withPieces) {
            list.push_back(token);
            continue;
        }
        const std::string piece = call.service.tokenizer().piece(token, true);
        Json shown = piece;
        if (!text::isValidUtf8(piece)) {
            shown = Json::array();
            for (const char c : piece) shown.push_back(static_cast<unsigned char>(c));
        }
        list.push_back({{"id", token}, {"piece", std::move(shown)}});
    }
    call.send({{"tokens", std::move(list)}});
    return {};
}

Answered detokenize(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    std::vector<generate::Token> tokens;
    if (const Json* given = Fields(*body).find({"tokens"})) {
        if (!given->is_array()) return badRequest("Field 'tokens': expected a list of token ids");
        for (const Json& item : *given) {
            if (!item.is_number_integer()) return badRequest("Field 'tokens': expected a list of token ids");
            const auto id = item.get<std::int64_t>();
            if (id < 0 || id >= call.service.tokenizer().size()) return badRequest("token id {} is outside the vocabulary of {} tokens", id, call.service.tokenizer().size());
            tokens.push_back(static_cast<generate::Token>(id));
        }
    }
    call.send({{"content", call.service.tokenizer().decode(tokens, {})}});
    return {};
}

} // namespace corral::server
