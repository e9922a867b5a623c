#include "app/server/api/answering.h"
#include "app/server/api/call.h"

#include <bit>

namespace corral::server {

namespace {

constexpr std::size_t kMostTexts = 2048;

// Little-endian f32 in base64, as OpenAI's clients ask for it.
std::string base64(std::span<const float> vector)
{
    static_assert(std::endian::native == std::endian::little);
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto* bytes = reinterpret_cast<const unsigned char*>(vector.data());
    const std::size_t size = vector.size_bytes();
    std::string text;
    for (std::size_t i = 0; i < size; i += 3) {
        const std::size_t there = std::min<std::size_t>(3, size - i);
        const std::uint32_t three = bytes[i] << 16 | (there > 1 ? bytes[i + 1] << 8 : 0) | (there > 2 ? bytes[i + 2] : 0);
        for (std::size_t digit = 0; digit < 4; ++digit) text += digit <= there ? kDigits[three >> (18 - 6 * digit) & 63] : '=';
    }
    return text;
}

struct Wanted {
    std::vector<std::vector<generate::Token>> texts;
    bool openAi = true, inBase64 = false;
    int norm = 2;
    std::string model;
};

ApiResult<Wanted> read(const Call& call, bool openAi)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    Fields fields(*body);
    Wanted wanted{.openAi = openAi && fields.has("input")};
    const Json* input = fields.find({"input", "content"});
    if (!input) return badRequest("\"{}\" must be provided", openAi ? "input" : "content");
    if (input->is_array() && input->empty()) return badRequest("there is nothing to embed");
    auto texts = readPrompts(*input, call.service.tokenizer());
    if (!texts) return std::unexpected(texts.error());
    if (texts->size() > kMostTexts) return badRequest("at most {} texts in one request", kMostTexts);
    for (const auto& text : *texts)
        if (text.empty()) return badRequest("a text to embed is empty");
    wanted.texts = std::move(*texts);
    wanted.norm = static_cast<int>(fields.integer({"embd_normalize"}, call.options.embeddingNorm, -1, 64));
    wanted.model = fields.string({"model"}, call.modelName());
    const std::string format = fields.string({"encoding_format"}, "float");
    if (format != "float" && format != "base64") fields.complain("Field 'encoding_format': expected float or base64");
    wanted.inBase64 = format == "base64";
    if (fields.error()) return std::unexpected(*fields.error());
    return wanted;
}

Json openAiAnswer(const Wanted& wanted, const std::vector<std::vector<float>>& vectors)
{
    Json data = Json::array();
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        tokens += wanted.texts[i].size();
        data.push_back({{"object", "embedding"}, {"index", i}, {"embedding", wanted.inBase64 ? Json(base64(vectors[i])) : Json(vectors[i])}});
    }
    return {{"object", "list"}, {"model", wanted.model}, {"data", std::move(data)}, {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}};
}

// A list of vectors for each text: one, or one for each token.
Json nativeAnswer(const Wanted& wanted, const std::vector<std::vector<float>>& vectors, bool eachToken)
{
    Json answer = Json::array();
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const std::size_t rows = eachToken ? wanted.texts[i].size() : 1, width = vectors[i].size() / rows;
        Json list = Json::array();
        for (std::size_t r = 0; r < rows; ++r) list.push_back(std::span(vectors[i]).subspan(r * width, width));
        answer.push_back({{"index", i}, {"embedding", std::move(list)}});
    }
    return answer;
}

Answered embed(const Call& call, bool openAi)
{
    const auto pooling = call.service.pooling();
    if (!pooling) return notSupported("this server does not embed; start it with --embedding");
    if (*pooling == generate::Pooling::Rank) return notSupported("this server ranks (/rerank); start it without --rerank, with --pooling mean, cls or last, to embed");
    auto wanted = read(call, openAi);
    if (!wanted) return std::unexpected(wanted.error());
    const bool eachToken = *pooling == generate::Pooling::None;
    if (wanted->openAi && eachToken) return badRequest("pooling is none, which OpenAI's shape cannot say; start the server with --pooling mean, cls or last");
    auto texts = wanted->texts;
    call.service.embed(std::move(texts), [reply = call.reply, wanted = std::move(*wanted), eachToken](Result<std::vector<std::vector<float>>> vectors) {
        if (!vectors) {
            const ApiError error = fromEngine(vectors.error());
            return reply->send(error.status, dump(error.body()));
        }
        for (std::size_t i = 0; i < vectors->size(); ++i) {
            const std::size_t rows = eachToken ? wanted.texts[i].size() : 1, width = (*vectors)[i].size() / rows;
            for (std::size_t r = 0; r < rows; ++r) generate::normalize(std::span((*vectors)[i]).subspan(r * width, width), eachToken ? -1 : wanted.norm);
        }
        reply->send(200, dump(wanted.openAi ? openAiAnswer(wanted, *vectors) : nativeAnswer(wanted, *vectors, eachToken)));
    }, call.untilGone());
    return {};
}

} // namespace

Answered openAiEmbeddings(const Call& call) { return embed(call, true); }
Answered nativeEmbeddings(const Call& call) { return embed(call, false); }

} // namespace corral::server
