#include "app/discovering/hub_source.h"

#include "core/gguf/writer.h"

#include <format>
#include <limits>

namespace corral::app {

namespace {

struct Canned {
    const char* name;
    const char* architecture;
    const char* license;
    double billions;
    qint64 downloads, likes;
    std::uint32_t width, layers, heads, cacheHeads, headSize, hidden, vocabulary;
    bool gated = false;
};
constexpr Canned kModels[] = {
    {"Qwen/Qwen3-4B-GGUF", "qwen3", "apache-2.0", 4.02, 1'843'220, 412, 2560, 36, 32, 8, 128, 9728, 151'936},
    {"unsloth/Llama-3.2-3B-Instruct-GGUF", "llama", "llama3.2", 3.21, 912'004, 287, 3072, 28, 24, 8, 128, 8192, 128'256},
    {"HuggingFaceTB/SmolLM2-360M-Instruct-GGUF", "llama", "apache-2.0", 0.36, 240'118, 61, 960, 32, 15, 5, 64, 2560, 49'152},
    {"bartowski/Mistral-Small-24B-Instruct-2501-GGUF", "llama", "apache-2.0", 23.6, 188'530, 203, 5120, 40, 32, 8, 128, 32'768, 131'072},
    {"google/gemma-3-12b-it-qat-q4_0-gguf", "gemma3", "gemma", 12.2, 155'007, 178, 3840, 48, 16, 8, 256, 15'360, 262'208, true},
    {"someone/mamba-2.8b-GGUF", "mamba", "apache-2.0", 2.8, 9'412, 14, 2560, 64, 0, 0, 0, 10'240, 50'280},
    {"a-person-with-a-long-name/A-model-with-a-really-long-name-that-somebody-thought-was-a-good-idea-v2.1-final-GGUF", "llama", "mit", 8.03, 5'120, 3, 4096, 32, 32, 8, 128, 14'336, 128'256},
    {"unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF", "llama", "mit", 70.6, 402'951, 155, 8192, 80, 64, 8, 128, 28'672, 128'256},
};
struct Type {
    const char* name;
    double bits; // per weight
};
constexpr Type kTypes[] = {{"Q2_K", 3.0}, {"Q3_K_M", 3.9}, {"Q4_K_M", 4.85}, {"Q5_K_M", 5.7}, {"Q6_K", 6.56}, {"Q8_0", 8.5}, {"BF16", 16}};
constexpr qint64 kShard = 45'000'000'000; // larger files come in several

const Canned* find(const QString& name)
{
    for (const Canned& model : kModels)
        if (name == QLatin1StringView(model.name)) return &model;
    return nullptr;
}

template <class T> QFuture<Result<T>> at(Result<T> answer) { return QtFuture::makeReadyValueFuture(std::move(answer)); }

QFuture<Result<hub::SearchPage>> search(const hub::SearchQuery& query)
{
    if (query.text == u"offline") return at<hub::SearchPage>(fail(ErrorCode::Network, "huggingface.co cannot be found"));
    hub::SearchPage page;
    for (const Canned& model : kModels) {
        const QString name = QString::fromLatin1(model.name);
        if (!name.contains(query.text, Qt::CaseInsensitive)) continue;
        hub::SearchHit hit;
        hit.repository = {query.service, name, {}};
        hit.downloads = model.downloads;
        hit.likes = model.likes;
        hit.changed = QDateTime(QDate(2026, 9, 14), QTime(12, 0));
        hit.license = QString::fromLatin1(model.license);
        hit.gated = model.gated;
        if (query.service == hub::Service::HuggingFace) {
            hit.architecture = QString::fromLatin1(model.architecture);
            hit.parameters = qint64(model.billions * 1e9);
            hit.context = 32'768;
        }
        page.hits << hit;
    }
    return at<hub::SearchPage>(page);
}

QFuture<Result<hub::Repository>> repository(const hub::RepositoryId& id)
{
    const Canned* model = find(id.name);
    if (!model) return at<hub::Repository>(fail(ErrorCode::NotFound, "huggingface.co has no {}, or does not show it to everybody", id.name.toStdString()));
    hub::Repository repository{.id = id, .files = {}, .license = QString::fromLatin1(model->license), .summary = {}, .tags = {}, .gated = model->gated};
    repository.summary = QStringLiteral("A language model for following instructions, writing and answering questions in many languages, quantized for use on one's own computer.");
    const QString base = id.name.section(u'/', 1).remove(QStringLiteral("-GGUF")).remove(QStringLiteral("-qat-q4_0-gguf"));
    for (const Type& type : kTypes) {
        if (model->billions < 1 && type.bits < 4) continue;
        const auto bytes = qint64(model->billions * 1e9 * type.bits / 8);
        const int shards = int((bytes + kShard - 1) / kShard);
        for (int i = 1; i <= shards; ++i) {
            hub::RemoteFile file{.path = base + u'-' + QString::fromLatin1(type.name), .size = bytes / shards, .sha256 = QByteArray(64, 'a'), .gitSha1 = {}};
            if (shards > 1) file.path += QStringLiteral("-%1-of-%2").arg(i, 5, 10, QLatin1Char('0')).arg(shards, 5, 10, QLatin1Char('0'));
            file.path += QStringLiteral(".gguf");
            repository.files << file;
        }
    }
    return at<hub::Repository>(repository);
}

QFuture<Result<HeaderPointer>> header(const hub::RepositoryId& id, const hub::FileSet&)
{
    const Canned* model = find(id.name);
    if (!model) return at<HeaderPointer>(fail(ErrorCode::NotFound, "{} is gone", id.name.toStdString()));
    const std::string architecture = model->architecture;
    gguf::Keys keys;
    keys.emplace_back("general.architecture", gguf::string(architecture));
    for (const auto& [key, value] : {std::pair{"block_count", model->layers}, {"context_length", 32'768u}, {"embedding_length", model->width}, {"feed_forward_length", model->hidden},
                                     {"attention.head_count", model->heads}, {"attention.head_count_kv", model->cacheHeads}, {"attention.key_length", model->headSize},
                                     {"attention.value_length", model->headSize}, {"attention.sliding_window", 1024u}})
        keys.emplace_back(architecture + '.' + key, gguf::u32(value));
    keys.emplace_back(architecture + ".attention.layer_norm_rms_epsilon", gguf::f32(1e-6f));
    std::vector<gguf::TensorInfo> tensors;
    const auto add = [&](const std::string& name, std::uint64_t in, std::uint64_t out) {
        constexpr std::uint32_t kF32 = 0, kF16 = 1;
        gguf::TensorInfo tensor;
        tensor.name = name;
        tensor.shape = {in, out, 1, 1};
        tensor.dims = out > 1 ? 2 : 1;
        tensor.type = out > 1 ? kF16 : kF32;
        tensors.push_back(std::move(tensor));
    };
    add("token_embd.weight", model->width, model->vocabulary);
    add("output_norm.weight", model->width, 1);
    for (std::uint32_t layer = 0; layer < model->layers; ++layer) {
        const auto block = [&](const char* name, std::uint64_t in, std::uint64_t out) { add(std::format("blk.{}.{}.weight", layer, name), in, out); };
        if (model->heads == 0) { // a state instead of attention
            block("ssm_in", model->width, model->hidden);
            block("ssm_out", model->hidden / 2, model->width);
            continue;
        }
        const std::uint64_t queries = std::uint64_t(model->heads) * model->headSize, cached = std::uint64_t(model->cacheHeads) * model->headSize;
        block("attn_norm", model->width, 1);
        block("attn_q", model->width, queries);
        block("attn_k", model->width, cached);
        block("attn_v", model->width, cached);
        block("attn_output", queries, model->width);
        block("ffn_norm", model->width, 1);
        block("ffn_gate", model->width, model->hidden);
        block("ffn_up", model->width, model->hidden);
        block("ffn_down", model->hidden, model->width);
        if (architecture == "llama") continue;
        block("attn_q_norm", model->headSize, 1);
        block("attn_k_norm", model->headSize, 1);
        if (architecture == "qwen3") continue;
        block("post_attention_norm", model->width, 1);
        block("post_ffw_norm", model->width, 1);
    }
    const auto bytes = gguf::headerBytes(keys, std::move(tensors));
    if (!bytes) return at<HeaderPointer>(std::unexpected(bytes.error()));
    auto parsed = gguf::File::parseHeader(*bytes, std::numeric_limits<std::int64_t>::max());
    if (!parsed) return at<HeaderPointer>(std::unexpected(parsed.error()));
    return at<HeaderPointer>(std::move(parsed->file));
}

} // namespace

HubSource scriptedHub()
{
    constexpr std::uint64_t kTotal = 16'600'000'000, kFree = 11'200'000'000; // of the machine in the pictures
    return {.search = search, .repository = repository, .header = header, .machine = [] { return MemoryStatus{.total = kTotal, .available = kFree, .resident = 0}; }};
}

} // namespace corral::app
