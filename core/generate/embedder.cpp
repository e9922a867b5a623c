#include "core/generate/embedder.h"

#include "core/quant/format.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace corral::generate {

namespace {

// What makes a model of Qwen 3's kind a ranking one (facts/architectures.md § 4.5): a row for each label, multiplied with the last token's state.
class Classifier {
public:
    static Result<Classifier> load(const LoadedModel& model)
    {
        constexpr const char* kName = "cls.output.weight";
        constexpr std::uint64_t kMostLabels = 1 << 16;
        const gguf::File& file = model.file();
        const gguf::TensorInfo* tensor = file.tensor(kName);
        if (!tensor) return fail(ErrorCode::Unsupported, "this model has no {}: it does not rank", kName);
        const quant::Format* format = quant::findFormat(tensor->type);
        const auto embedding = file.getInt(model.architecture() + ".embedding_length");
        if (tensor->dims > 2 || tensor->shape[1] == 0 || tensor->shape[1] > kMostLabels || !embedding || std::cmp_not_equal(tensor->shape[0], *embedding))
            return fail(ErrorCode::Format, "{}: its shape is not [embedding, labels]", kName);
        if (!format || !format->decode) return fail(ErrorCode::Unsupported, "{}: of a type that holds no numbers to compute with", kName);
        Classifier classifier;
        classifier.m_weights.resize(tensor->elements());
        format->decode(file.data(*tensor).data(), classifier.m_weights.data(), static_cast<std::int64_t>(tensor->elements()));
        classifier.m_labels = tensor->shape[1];
        classifier.m_softmax = model.architecture() == "qwen3";
        return classifier;
    }

    std::vector<float> scores(std::span<const float> state) const
    {
        std::vector<double> scores;
        for (std::size_t label = 0; label < m_labels; ++label)
            scores.push_back(std::inner_product(state.begin(), state.end(), m_weights.begin() + static_cast<std::ptrdiff_t>(label * state.size()), 0.0));
        if (m_softmax) {
            const double largest = std::ranges::max(scores);
            double sum = 0;
            for (double& s : scores) sum += s = std::exp(s - largest);
            for (double& s : scores) s /= sum;
        }
        return {scores.begin(), scores.end()};
    }

private:
    std::vector<float> m_weights; // [labels][width]
    std::size_t m_labels = 0;
    bool m_softmax = false;
};

class SessionEmbedder final : public Embedder {
public:
    SessionEmbedder(Pooling pooling, std::optional<Classifier> classifier) : m_pooling(pooling), m_classifier(std::move(classifier)) {}

    Result<void> prepare(std::shared_ptr<const LoadedModel> model, SessionOptions options)
    {
        options.observer = nullptr;
        options.states = true;
        auto session = Session::create(std::move(model), options);
        if (!session) return std::unexpected(session.error());
        m_session = std::move(*session);
        return {};
    }
    int width() const override { return m_width; }
    Pooling pooling() const override { return m_pooling; }

    Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) override
    {
        if (tokens.empty()) return fail(ErrorCode::InvalidArgument, "there is nothing to embed");
        m_session->truncate(0);
        const auto computed = m_session->decode(tokens, Session::Logits::Hidden, std::move(stop));
        if (!computed) return std::unexpected(computed.error());
        const std::span<const float> states = *computed;
        const std::size_t width = states.size() / tokens.size();
        m_width = static_cast<int>(width);
        switch (m_pooling) {
        case Pooling::None: break;
        case Pooling::Cls: return std::vector<float>(states.begin(), states.begin() + m_width);
        case Pooling::Last: return std::vector<float>(states.end() - m_width, states.end());
        case Pooling::Rank: return m_classifier->scores(states.last(width));
        case Pooling::Mean: {
            std::vector<double> sums(width);
            for (std::size_t i = 0; i < states.size(); ++i) sums[i % width] += double(states[i]);
            std::vector<float> mean(width);
            std::ranges::transform(sums, mean.begin(), [&](double sum) { return static_cast<float>(sum / static_cast<double>(tokens.size())); });
            return mean;
        }
        }
        return std::vector<float>(states.begin(), states.end());
    }

private:
    const Pooling m_pooling;
    int m_width = 0;
    const std::optional<Classifier> m_classifier; // of Pooling::Rank
    std::unique_ptr<Session> m_session;
};

} // namespace

std::optional<Pooling> poolingOf(const gguf::File& file)
{
    const auto type = file.getInt(file.getString("general.architecture").value_or("") + ".pooling_type");
    if (!type || *type < 0 || *type > 4) return std::nullopt;
    return static_cast<Pooling>(*type);
}

Result<std::unique_ptr<Embedder>> Embedder::create(std::shared_ptr<const LoadedModel> model, SessionOptions options, Pooling pooling)
{
    std::optional<Classifier> classifier;
    if (pooling == Pooling::Rank) {
        auto loaded = Classifier::load(*model);
        if (!loaded) return std::unexpected(loaded.error());
        classifier = std::move(*loaded);
    }
    auto embedder = std::make_unique<SessionEmbedder>(pooling, std::move(classifier));
    if (auto ok = embedder->prepare(std::move(model), options); !ok) return std::unexpected(ok.error());
    return embedder;
}

void normalize(std::span<float> vector, int p)
{
    double norm = 0;
    if (p < 0) return;
    if (p == 0) {
        for (const float v : vector) norm = std::max(norm, std::abs(double(v)));
        norm /= 32760;
    } else if (p == 2) {
        for (const float v : vector) norm += double(v) * double(v);
        norm = std::sqrt(norm);
    } else {
        for (const float v : vector) norm += std::pow(std::abs(double(v)), p);
        norm = std::pow(norm, 1.0 / p);
    }
    if (norm > 0)
        for (float& v : vector) v = static_cast<float>(v / norm);
}

} // namespace corral::generate
