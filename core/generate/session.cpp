#include "core/generate/session.h"

#include "core/backend/backend.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/base/cpu_features.h"
#include "core/base/memory_status.h"
#include "core/base/read_ahead.h"
#include "core/generate/default_context.h"
#include "core/model/model.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <new>
#include <system_error>
#include <thread>

namespace corral::generate {

namespace {

static_assert(int(CacheType::F16) == int(backend::CacheType::F16) && int(CacheType::F32) == int(backend::CacheType::F32) &&
              int(CacheType::Q8_0) == int(backend::CacheType::Q8_0));
backend::CacheType toBackend(CacheType type) { return static_cast<backend::CacheType>(type); }

class MappedModel final : public LoadedModel {
public:
    MappedModel(std::shared_ptr<const gguf::File> file, model::LoadedWeights loaded) : m_file(std::move(file)), m_loaded(std::move(loaded))
    {
        for (const gguf::TensorInfo& tensor : m_file->tensors()) {
            m_parameters += tensor.elements();
            m_bytes += tensor.bytes;
        }
        m_sketch = m_loaded.model->write({.contextLength = trainingContext()});
        try {
            if (worthReadingAhead()) m_reader = std::jthread([file = m_file](const std::stop_token& stop) { readWeights(*file, stop); });
        } catch (const std::system_error&) { // no thread to be had: the weights are read when they are used
        }
    }

    const gguf::File& file() const override { return *m_file; }
    std::string architecture() const override { return m_loaded.config.architecture; }
    int vocabularySize() const override { return static_cast<int>(m_loaded.config.vocabulary); }
    int trainingContext() const override { return static_cast<int>(std::min<std::int64_t>(m_loaded.config.context, std::numeric_limits<int>::max())); }
    std::uint64_t parameterCount() const override { return m_parameters; }
    std::uint64_t weightBytes() const override { return m_bytes; }
    std::uint64_t cacheBytesPerToken(CacheType k, CacheType v) const override
    {
        return backend::cacheBytesPerToken(m_sketch, toBackend(k), toBackend(v));
    }
    const model::Model& model() const { return *m_loaded.model; }

private:
    // Small models are read in passing. Larger ones than the memory would push out their own beginning.
    bool worthReadingAhead() const
    {
        constexpr std::uint64_t kSmall = 32u << 20;
        return m_bytes > kSmall && m_bytes < memoryStatus().available;
    }

    static void readWeights(const gguf::File& file, const std::stop_token& stop)
    {
        for (const gguf::TensorInfo& tensor : file.tensors())
            if (!stop.stop_requested()) readAhead(file.data(tensor), stop);
    }

    std::shared_ptr<const gguf::File> m_file;
    model::LoadedWeights m_loaded;
    std::uint64_t m_parameters = 0, m_bytes = 0;
    graph::Graph m_sketch; // for questions about the cache; sessions write their own
    std::jthread m_reader; // the disk reads in the file's order while the first prompt is computed, and rows and experts that are
                           // not used yet are there when they are
};

class BackendSession final : public Session {
public:
    BackendSession(std::shared_ptr<const MappedModel> model, int contextLength, int batch, int threads)
        : m_model(std::move(model)), m_contextLength(contextLength), m_batch(batch), m_pool(threads), m_backend(cpu::makeCpuBackend(m_pool))
    {
    }

    Result<void> prepare(const SessionOptions& options)
    {
        auto graph = std::make_shared<const graph::Graph>(m_model->model().write({.contextLength = m_contextLength}));
        m_backend->observe(options.observer);
        return m_backend->prepare(std::move(graph), {.tokens = m_batch, .context = m_contextLength, .key = toBackend(options.cacheK), .value = toBackend(options.cacheV)});
    }

    const LoadedModel& model() const override { return *m_model; }
    int contextLength() const override { return m_contextLength; }
    int position() const override { return m_position; }
    int threads() const override { return m_pool.size(); }
    std::uint64_t cacheBytes() const override { return m_backend->cacheBytes(); }
    std::uint64_t computeBytes() const override { return m_backend->computeBytes() + m_logits.capacity() * sizeof(float); }

    Result<std::span<const float>> decode(std::span<const Token> tokens, Logits logits, std::stop_token stop, const std::function<void(int)>& progress) override
    {
        if (tokens.size() > static_cast<std::size_t>(m_contextLength - m_position))
            return fail(ErrorCode::ContextFull, "{} more tokens do not fit: the context holds {}, {} are in use", tokens.size(), m_contextLength, m_position);
        const int vocabulary = m_model->vocabularySize();
        for (Token token : tokens)
            if (token < 0 || token >= vocabulary) return fail(ErrorCode::InvalidArgument, "token {} is not one of the {} of this model", token, vocabulary);
        const std::size_t rows = logits == Logits::All ? tokens.size() : logits == Logits::Last && !tokens.empty() ? 1 : 0;
        const auto width = static_cast<std::size_t>(vocabulary);
        if (m_logits.size() < rows * width) m_logits.resize(rows * width);

        for (std::size_t done = 0; done < tokens.size();) {
            const std::size_t piece = std::min(tokens.size() - done, static_cast<std::size_t>(m_batch));
            const bool last = done + piece == tokens.size();
            backend::Batch batch{.ids = tokens.subspan(done, piece), .firstPosition = m_position, .logits = m_logits.data()};
            if (logits == Logits::All) {
                batch.outputs = static_cast<std::int64_t>(piece);
                batch.logits += done * width;
            } else if (logits == Logits::Hidden) {
                batch.outputs = static_cast<std::int64_t>(piece);
                batch.logits = nullptr;
            } else {
                batch.outputs = last && rows == 1 ? 1 : 0;
            }
            if (auto ok = m_backend->run(batch, stop); !ok) return std::unexpected(ok.error());
            m_position += static_cast<int>(piece);
            done += piece;
            if (progress) progress(static_cast<int>(done));
        }
        return std::span<const float>(m_logits.data(), rows * width);
    }

    void truncate(int to) override
    {
        assert(to >= 0 && to <= m_position);
        m_position = to;
    }

private:
    std::shared_ptr<const MappedModel> m_model;
    int m_contextLength, m_batch;
    int m_position = 0;
    ThreadPool m_pool;
    std::unique_ptr<backend::Backend> m_backend;
    std::vector<float> m_logits; // [rows wanted][vocabulary]
};

} // namespace

Result<std::shared_ptr<const LoadedModel>> LoadedModel::load(std::shared_ptr<const gguf::File> file)
{
    if (file->headerOnly()) return fail(ErrorCode::InvalidArgument, "only the header of this model is here, not its weights");
    auto loaded = model::loadModel(file);
    if (!loaded) return std::unexpected(loaded.error());
    return std::make_shared<const MappedModel>(std::move(file), std::move(*loaded));
}

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const LoadedModel> model, const SessionOptions& options)
{
    auto mapped = std::dynamic_pointer_cast<const MappedModel>(std::move(model));
    assert(mapped); // load() makes no other kind
    const int context = options.contextLength > 0 ? options.contextLength : defaultContext(mapped->trainingContext());
    const int threads = options.threads > 0 ? options.threads : physicalCores();
    constexpr int kMostThreads = 1024; // no machine of today has more cores; a system that refuses to start one gives an exception
    if (options.contextLength < 0 || options.batch < 1 || options.threads < 0 || threads > kMostThreads)
        return fail(ErrorCode::InvalidArgument, "context {}, batch {} and {} threads make no session", options.contextLength, options.batch, options.threads);
    try {
        auto session = std::make_unique<BackendSession>(std::move(mapped), context, std::min(options.batch, context), threads);
        if (auto ok = session->prepare(options); !ok) return std::unexpected(ok.error());
        return session;
    } catch (const std::system_error& e) {
        return fail(ErrorCode::OutOfMemory, "{} threads could not be started: {}", threads, e.code().message());
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for a context of {} tokens", context);
    }
}

} // namespace corral::generate
