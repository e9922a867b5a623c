#include "core/measure/perplexity.h"

#include "core/measure/divergence_sums.h"
#include "core/measure/job_decoder.h"
#include "core/measure/moments.h"
#include "core/measure/row_scorer.h"
#include "core/measure/scored_rows.h"
#include "core/measure/text_chunks.h"

#include <format>

namespace corral::measure {

namespace {

// Two files of one model may differ in all but this.
Result<void> checkSameVocabulary(const generate::LoadedModel& model, const generate::LoadedModel& base, const text::Tokenizer& tokenizer,
                                 const TextChunks& chunks, std::string_view text)
{
    if (model.vocabularySize() != base.vocabularySize())
        return fail(ErrorCode::InvalidArgument, "the model has {} tokens, the original {}: only models of one vocabulary can be compared", model.vocabularySize(),
                    base.vocabularySize());
    const auto other = text::Tokenizer::load(base.file());
    if (!other) return within("the original", other.error());
    if ((*other)->size() != tokenizer.size())
        return fail(ErrorCode::InvalidArgument, "the model's vocabulary has {} tokens, the original's {}: only models of one vocabulary can be compared",
                    tokenizer.size(), (*other)->size());
    if ((*other)->encode(text, {.addSpecial = true, .parseSpecial = false}) != chunks.tokens())
        return fail(ErrorCode::InvalidArgument, "the model and the original read the text as different tokens: only models of one vocabulary can be compared");
    return {};
}

class Measuring {
public:
    Measuring(const TextChunks& chunks, JobDecoder& decoder, std::unique_ptr<generate::Session> session, std::unique_ptr<generate::Session> base)
        : m_chunks(chunks), m_decoder(decoder), m_session(std::move(session)), m_base(std::move(base)),
          m_scorer(m_session->threads(), m_session->model().vocabularySize())
    {
    }

    Result<void> chunk(int number)
    {
        const auto tokens = m_chunks.chunk(number);
        const ScoredRows rows(m_chunks.length(), m_session->model().vocabularySize());
        for (generate::Session* session : {m_base.get(), m_session.get()}) {
            if (!session) continue;
            session->truncate(0);
            if (auto read = m_decoder.decode(*session, std::span(tokens).first(rows.first()), generate::Session::Logits::None); !read) return std::unexpected(read.error());
        }
        for (const auto& [begin, end] : rows.pieces()) {
            const auto piece = std::span(tokens).subspan(begin, end - begin), targets = std::span(tokens).subspan(begin + 1, end - begin);
            Result<std::span<const float>> base;
            if (m_base) base = m_decoder.decode(*m_base, piece, generate::Session::Logits::All);
            if (!base) return std::unexpected(base.error());
            const auto logits = m_decoder.decode(*m_session, piece, generate::Session::Logits::All);
            if (!logits) return std::unexpected(logits.error());
            const auto scores = m_scorer.score(*logits, *base, targets);
            if (!scores) return within(std::format("chunk {}, token {} or one of the {} after it", number + 1, begin, piece.size()), scores.error());
            for (const RowScore& score : *scores) {
                m_losses.add(score.loss);
                if (m_base) m_divergence.add(score);
            }
        }
        m_decoder.endChunk();
        ++m_done;
        return {};
    }

    Measurement soFar() const
    {
        Measurement m;
        m.perplexity = perplexityOf(m_losses);
        m.perplexity.chunks = m_done;
        m.perplexity.seconds = m_decoder.seconds();
        if (m_base) m.divergence = m_divergence.soFar();
        return m;
    }
    Measurement result()
    {
        Measurement m = soFar();
        if (m.divergence) m_divergence.addPercentiles(*m.divergence);
        return m;
    }

private:
    const TextChunks& m_chunks;
    JobDecoder& m_decoder;
    std::unique_ptr<generate::Session> m_session, m_base;
    RowScorer m_scorer;
    Moments m_losses;
    DivergenceSums m_divergence;
    int m_done = 0;
};

} // namespace

Result<Measurement> measure(std::shared_ptr<const generate::LoadedModel> model, std::shared_ptr<const generate::LoadedModel> base,
                            const text::Tokenizer& tokenizer, std::string_view text, const PerplexityOptions& options, Job& job,
                            const ProgressFn& progress, const std::function<void(const Measurement& soFar)>& onChunk)
{
    const auto chunks = TextChunks::cut(tokenizer, text, options.contextLength, options.chunks);
    if (!chunks) return std::unexpected(chunks.error());
    if (base)
        if (auto same = checkSameVocabulary(*model, *base, tokenizer, *chunks, text); !same) return std::unexpected(same.error());

    const generate::SessionOptions sessionOptions{
        .contextLength = options.contextLength, .cacheK = options.cacheK, .cacheV = options.cacheV, .batch = options.batch, .threads = options.threads, .offload = options.offload};
    const generate::LoadWatch watch{.stop = job.stopToken(), .progress = {}};
    auto session = generate::Session::create(std::move(model), sessionOptions, watch);
    if (!session) return std::unexpected(session.error());
    if (options.onPlaced) options.onPlaced((*session)->placement());
    std::unique_ptr<generate::Session> baseSession;
    if (base) {
        auto created = generate::Session::create(std::move(base), sessionOptions, watch);
        if (!created) return within("the original", created.error());
        if (options.onPlaced) options.onPlaced((*created)->placement());
        baseSession = std::move(*created);
    }

    const std::uint64_t tokensRead = static_cast<std::uint64_t>(chunks->length() - 1) * static_cast<std::uint64_t>(chunks->count()) * (baseSession ? 2 : 1);
    JobDecoder decoder(job, progress, tokensRead, chunks->count());
    Measuring measuring(*chunks, decoder, std::move(*session), std::move(baseSession));
    for (int i = 0; i < chunks->count(); ++i) {
        if (auto done = measuring.chunk(i); !done) return std::unexpected(done.error());
        if (onChunk) onChunk(measuring.soFar());
    }
    return measuring.result();
}

} // namespace corral::measure
