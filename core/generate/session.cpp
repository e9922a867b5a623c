#include "core/generate/sequences.h"

#include "core/backend/backend.h"
#include "core/base/cpu_features.h"
#include "core/base/memory_status.h"
#include "core/base/read_ahead.h"
#include "core/generate/default_context.h"
#include "core/generate/fingerprint.h"
#include "core/generate/offloading.h"
#include "core/model/model.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <limits>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

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

// A session is the first of its sequences.
class BackendSession final : public Session, public Sequences {
public:
    BackendSession(std::shared_ptr<const MappedModel> model, const SessionOptions& options, int contextLength, int batch, int threads, int sequences)
        : m_model(std::move(model)), m_options(options), m_contextLength(contextLength), m_batch(batch), m_positions(static_cast<std::size_t>(sequences)), m_pool(threads)
    {
        m_stretches.reserve(m_positions.size());
    }

    Result<void> prepare(const LoadWatch& watch)
    {
        const SessionOptions& options = m_options;
        auto graph = std::make_shared<graph::Graph>(m_model->model().write({.contextLength = m_contextLength}));
        if (options.states) {
            const auto head = std::ranges::find_if(graph->nodes.rbegin(), graph->nodes.rend(), [](const graph::Node& node) { return std::holds_alternative<graph::Matmul>(node.op); });
            const graph::ValueId read = graph->owner(head->inputs.front());
            graph->outputs.push_back(read);
            m_stateWidth = static_cast<std::size_t>(graph->values[static_cast<std::size_t>(read)].width);
        }
        const backend::Capacity capacity{.tokens = m_batch, .context = m_contextLength, .sequences = count(), .key = toBackend(options.cacheK), .value = toBackend(options.cacheV)};
        auto placed = placeGraph(std::move(graph), capacity, options, m_pool, watch);
        if (!placed) return std::unexpected(placed.error());
        m_backend = std::move(placed->backend);
        m_placement = std::move(placed->placement);
        return {};
    }

    const LoadedModel& model() const override { return *m_model; }
    int contextLength() const override { return m_contextLength; }
    int count() const override { return static_cast<int>(m_positions.size()); }
    int position() const override { return m_positions.front(); }
    int position(int sequence) const override { return m_positions[static_cast<std::size_t>(sequence)]; }
    int batch() const override { return m_batch; }
    int threads() const override { return m_pool.size(); }
    const Placement& placement() const override { return m_placement; }
    std::uint64_t cacheBytes() const override { return m_backend ? m_backend->cacheBytes() : 0; }
    std::uint64_t computeBytes() const override { return (m_backend ? m_backend->computeBytes() : 0) + m_logits.capacity() * sizeof(float); }

    const Error* loss() const override { return m_loss ? &*m_loss : nullptr; }
    Result<void> recover(const LoadWatch& watch) override
    {
        constexpr auto kSoon = std::chrono::hours(1);
        if (!m_loss) return {};
        m_backend.reset(); // its memory may be what is needed
        m_placement = {};
        std::ranges::fill(m_positions, 0);
        const bool again = m_lossBefore && *m_lastLoss - *m_lossBefore < kSoon;
        if (again) m_options.offload.cards = false;
        try {
            if (auto ok = prepare(watch); !ok) return ok;
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::OutOfMemory, "not enough memory");
        }
        if (again) m_placement.note = "the graphics card was lost twice within an hour: it is not used any more";
        m_loss.reset();
        return {};
    }

    Result<std::span<const float>> decode(std::span<const Token> tokens, Logits logits, std::stop_token stop, const std::function<void(int)>& progress) override
    {
        if (auto ok = check(tokens, 0); !ok) return std::unexpected(ok.error());
        const std::size_t rows = logits == Logits::All ? tokens.size() : logits == Logits::Last && !tokens.empty() ? 1 : 0;
        const std::size_t width = makeRoom(rows);
        const bool states = logits == Logits::Hidden && m_stateWidth > 0;
        if (states) m_states.resize(tokens.size() * m_stateWidth);
        int& position = m_positions.front();

        for (std::size_t done = 0; done < tokens.size();) {
            const std::size_t piece = std::min(tokens.size() - done, static_cast<std::size_t>(m_batch));
            const bool last = done + piece == tokens.size();
            backend::Stretch stretch{.tokens = static_cast<std::int64_t>(piece), .firstPosition = position};
            float* to = m_logits.data();
            if (logits == Logits::All) {
                stretch.outputs = stretch.tokens;
                to += done * width;
            } else if (logits == Logits::Hidden) {
                stretch.outputs = stretch.tokens;
                to = nullptr;
            } else {
                stretch.outputs = last && rows == 1 ? 1 : 0;
            }
            float* const kept[] = {m_states.data() + (states ? done * m_stateWidth : 0)};
            if (auto ok = run({.ids = tokens.subspan(done, piece), .stretches = {&stretch, 1}, .logits = to, .outputs = std::span(kept).first(states)}, stop); !ok)
                return std::unexpected(ok.error());
            position += static_cast<int>(piece);
            done += piece;
            if (progress) progress(static_cast<int>(done));
        }
        if (states) return std::span<const float>(m_states);
        return std::span<const float>(m_logits.data(), rows * width);
    }

    Result<std::span<const float>> step(std::span<const Addition> additions, backend::Way way, std::stop_token stop) override
    {
        m_stretches.clear();
        m_ids.clear();
        std::size_t rows = 0;
        for (const Addition& addition : additions) {
            assert(!addition.tokens.empty());
            if (auto ok = check(addition.tokens, addition.sequence); !ok) return std::unexpected(ok.error());
            m_stretches.push_back({.sequence = addition.sequence,
                                   .tokens = static_cast<std::int64_t>(addition.tokens.size()),
                                   .firstPosition = position(addition.sequence),
                                   .outputs = addition.logits ? 1 : 0});
            m_ids.insert(m_ids.end(), addition.tokens.begin(), addition.tokens.end());
            rows += addition.logits ? 1 : 0;
        }
        assert(m_ids.size() <= static_cast<std::size_t>(m_batch));
        const std::size_t width = makeRoom(rows);
        if (auto ok = run({.ids = m_ids, .stretches = m_stretches, .logits = m_logits.data(), .way = way}, stop); !ok)
            return std::unexpected(ok.error());
        for (const Addition& addition : additions) m_positions[static_cast<std::size_t>(addition.sequence)] += static_cast<int>(addition.tokens.size());
        return std::span<const float>(m_logits.data(), rows * width);
    }

    void truncate(int to) override { truncate(0, to); }
    void truncate(int sequence, int to) override
    {
        assert(to >= 0 && to <= position(sequence));
        m_positions[static_cast<std::size_t>(sequence)] = to;
    }

    void copy(int from, int to, int tokens) override
    {
        assert(tokens >= 0 && tokens <= position(from));
        if (from != to && !m_loss) m_backend->copyCache(from, to, tokens);
        m_positions[static_cast<std::size_t>(to)] = tokens;
    }

    std::uint64_t stateBytes(int tokens) const override { return static_cast<std::uint64_t>(tokens) * m_model->cacheBytesPerToken(m_options.cacheK, m_options.cacheV); }
    std::uint64_t stateKind() const override { return fingerprint(m_model->file(), {int(m_options.cacheK), int(m_options.cacheV)}); }
    Result<void> saveState(int sequence, const std::function<Result<void>(std::span<const std::byte>)>& take) const override
    {
        if (m_loss) return std::unexpected(*m_loss);
        return noted(m_backend->readCache(sequence, position(sequence), take));
    }
    Result<void> restoreState(int sequence, int tokens, const std::function<Result<void>(std::span<std::byte>)>& fill) override
    {
        assert(tokens >= 0 && tokens <= m_contextLength);
        truncate(sequence, 0);
        if (m_loss) return std::unexpected(*m_loss);
        if (auto ok = noted(m_backend->writeCache(sequence, tokens, fill)); !ok) return ok;
        m_positions[static_cast<std::size_t>(sequence)] = tokens;
        return {};
    }

private:
    using Clock = std::chrono::steady_clock;

    Result<void> run(const backend::Batch& batch, const std::stop_token& stop)
    {
        if (m_loss) return std::unexpected(*m_loss);
        return noted(m_backend->run(batch, stop));
    }
    // Every result of the backend goes through here.
    Result<void> noted(Result<void> result) const
    {
        if (result || result.error().code != ErrorCode::Device) return result;
        m_loss = result.error();
        m_lossBefore = std::exchange(m_lastLoss, Clock::now());
        return result;
    }
    Result<void> check(std::span<const Token> tokens, int sequence) const
    {
        if (tokens.size() > static_cast<std::size_t>(m_contextLength - position(sequence)))
            return fail(ErrorCode::ContextFull, "{} more tokens do not fit: the context holds {}, {} are in use", tokens.size(), m_contextLength,
                        position(sequence));
        const int vocabulary = m_model->vocabularySize();
        for (const Token token : tokens)
            if (token < 0 || token >= vocabulary) return fail(ErrorCode::InvalidArgument, "token {} is not one of the {} of this model", token, vocabulary);
        return {};
    }
    // For so many rows of logits; their width.
    std::size_t makeRoom(std::size_t rows)
    {
        const auto width = static_cast<std::size_t>(m_model->vocabularySize());
        if (m_logits.size() < rows * width) m_logits.resize(rows * width);
        return width;
    }

    std::shared_ptr<const MappedModel> m_model;
    SessionOptions m_options; // as they were asked for, but for a card that is left alone
    int m_contextLength, m_batch;
    std::vector<int> m_positions; // by sequence
    ThreadPool m_pool;
    std::unique_ptr<backend::Backend> m_backend;
    Placement m_placement;
    mutable std::optional<Error> m_loss; // of a card; reading its cache may be what shows it
    mutable std::optional<Clock::time_point> m_lastLoss, m_lossBefore;
    std::vector<float> m_logits; // [rows wanted][vocabulary]
    std::size_t m_stateWidth = 0; // 0: states are not asked for
    std::vector<float> m_states;  // [tokens][m_stateWidth] of the last decode() for them
    std::vector<Token> m_ids;    // of a step
    std::vector<backend::Stretch> m_stretches;
};

} // namespace

Result<std::shared_ptr<const LoadedModel>> LoadedModel::load(std::shared_ptr<const gguf::File> file)
{
    if (file->headerOnly()) return fail(ErrorCode::InvalidArgument, "only the header of this model is here, not its weights");
    auto loaded = model::loadModel(file);
    if (!loaded) return std::unexpected(loaded.error());
    return std::make_shared<const MappedModel>(std::move(file), std::move(*loaded));
}

static Result<std::unique_ptr<BackendSession>> createSession(std::shared_ptr<const LoadedModel> model, const SessionOptions& options, int sequences, const LoadWatch& watch)
{
    auto mapped = std::dynamic_pointer_cast<const MappedModel>(std::move(model));
    assert(mapped); // load() makes no other kind
    const int context = options.contextLength > 0 ? options.contextLength : defaultContext(mapped->trainingContext());
    const int threads = options.threads > 0 ? options.threads : physicalCores();
    constexpr int kMostThreads = 1024; // no machine of today has more cores; a system that refuses to start one gives an exception
    constexpr int kMostSequences = 4096;
    if (options.contextLength < 0 || options.batch < 1 || options.threads < 0 || threads > kMostThreads || sequences < 1 || sequences > kMostSequences)
        return fail(ErrorCode::InvalidArgument, "context {}, batch {}, {} threads and {} sequences make no session", options.contextLength, options.batch,
                    options.threads, sequences);
    const int most = static_cast<int>(std::min<std::int64_t>(options.batch, std::int64_t(context) * sequences));
    try {
        auto session = std::make_unique<BackendSession>(std::move(mapped), options, context, std::max(most, sequences), threads, sequences);
        if (auto ok = session->prepare(watch); !ok) return std::unexpected(ok.error());
        return session;
    } catch (const std::system_error& e) {
        return fail(ErrorCode::OutOfMemory, "{} threads could not be started: {}", threads, e.code().message());
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory for {} × a context of {} tokens", sequences, context);
    }
}

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<const LoadedModel> model, const SessionOptions& options, const LoadWatch& watch)
{
    return createSession(std::move(model), options, 1, watch);
}

Result<std::unique_ptr<Sequences>> Sequences::create(std::shared_ptr<const LoadedModel> model, const SessionOptions& options, int count, const LoadWatch& watch)
{
    return createSession(std::move(model), options, count, watch);
}

} // namespace corral::generate
