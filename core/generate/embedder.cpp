#include "core/generate/embedder.h"

#include "core/backend/backend.h"

#include <algorithm>
#include <cmath>

namespace corral::generate {

namespace {

// Keeps what the output layer is given.
class HiddenStates final : public backend::ProductObserver {
public:
    explicit HiddenStates(std::int64_t vocabulary) : m_vocabulary(vocabulary) {}

    void product(const graph::Matmul& op, const float* x, std::int64_t stride, std::int64_t rows) override
    {
        const tensor::Weight& w = *op.products.front().weight;
        if (w.out() != m_vocabulary) return;
        width = static_cast<int>(w.in());
        for (std::int64_t r = 0; r < rows; ++r) states.insert(states.end(), x + r * stride, x + r * stride + w.in());
    }
    void expertProduct(const graph::ExpertMatmul&, const float*, const std::int32_t*, std::int64_t) override {}

    std::vector<float> states; // [tokens][width]
    int width = 0;

private:
    std::int64_t m_vocabulary;
};

class SessionEmbedder final : public Embedder {
public:
    SessionEmbedder(std::shared_ptr<const LoadedModel> model, Pooling pooling) : m_pooling(pooling), m_hidden(model->vocabularySize()) {}

    Result<void> prepare(std::shared_ptr<const LoadedModel> model, SessionOptions options)
    {
        options.observer = &m_hidden;
        auto session = Session::create(std::move(model), options);
        if (!session) return std::unexpected(session.error());
        m_session = std::move(*session);
        return {};
    }
    int width() const override { return m_hidden.width; }
    Pooling pooling() const override { return m_pooling; }

    Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) override
    {
        if (tokens.empty()) return fail(ErrorCode::InvalidArgument, "there is nothing to embed");
        m_session->truncate(0);
        m_hidden.states.clear();
        if (const auto done = m_session->decode(tokens, Session::Logits::Hidden, std::move(stop)); !done) return std::unexpected(done.error());
        const auto width = static_cast<std::size_t>(m_hidden.width);
        const std::span<const float> states = m_hidden.states;
        switch (m_pooling) {
        case Pooling::None: break;
        case Pooling::Cls: return std::vector<float>(states.begin(), states.begin() + m_hidden.width);
        case Pooling::Last: return std::vector<float>(states.end() - m_hidden.width, states.end());
        case Pooling::Mean: {
            std::vector<double> sums(width);
            for (std::size_t i = 0; i < states.size(); ++i) sums[i % width] += double(states[i]);
            std::vector<float> mean(width);
            std::ranges::transform(sums, mean.begin(), [&](double sum) { return static_cast<float>(sum / static_cast<double>(tokens.size())); });
            return mean;
        }
        }
        return m_hidden.states;
    }

private:
    const Pooling m_pooling;
    HiddenStates m_hidden; // the session knows it
    std::unique_ptr<Session> m_session;
};

} // namespace

std::optional<Pooling> poolingOf(const gguf::File& file)
{
    const auto type = file.getInt(file.getString("general.architecture").value_or("") + ".pooling_type");
    if (!type || *type < 0 || *type > 3) return std::nullopt;
    return static_cast<Pooling>(*type);
}

Result<std::unique_ptr<Embedder>> Embedder::create(std::shared_ptr<const LoadedModel> model, SessionOptions options, Pooling pooling)
{
    auto embedder = std::make_unique<SessionEmbedder>(model, pooling);
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
