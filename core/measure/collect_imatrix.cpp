#include "core/measure/collect_imatrix.h"

#include "core/measure/divergence_sums.h"
#include "core/measure/importance_sums.h"
#include "core/measure/job_decoder.h"
#include "core/measure/row_scorer.h"
#include "core/measure/scored_rows.h"
#include "core/measure/text_chunks.h"

#include <format>

namespace corral::measure {

namespace {

using generate::Session;

class Collecting {
public:
    Collecting(const TextChunks& chunks, const CollectOptions& options, JobDecoder& decoder, ImportanceSums& sums, std::unique_ptr<Session> session)
        : m_chunks(chunks), m_options(options), m_decoder(decoder), m_sums(sums), m_session(std::move(session)),
          m_scorer(m_session->threads(), m_session->model().vocabularySize())
    {
    }

    Result<void> chunk(int number)
    {
        const auto tokens = m_chunks.chunk(number);
        const ScoredRows rows(m_chunks.length(), m_session->model().vocabularySize());
        m_session->truncate(0);
        const std::size_t unscored = m_options.perplexity ? rows.first() : tokens.size();
        if (auto read = m_decoder.decode(*m_session, std::span(tokens).first(unscored), Session::Logits::Hidden); !read) return std::unexpected(read.error());
        for (const auto& [begin, end] : rows.cut(unscored, tokens.size())) {
            const auto logits = m_decoder.decode(*m_session, std::span(tokens).subspan(begin, end - begin), Session::Logits::All);
            if (!logits) return std::unexpected(logits.error());
            // The chunk's last row has no token after it.
            const auto targets = std::span(tokens).subspan(begin + 1, std::min(end + 1, tokens.size()) - (begin + 1));
            const auto scores = m_scorer.score(logits->first(logits->size() / (end - begin) * targets.size()), {}, targets);
            if (!scores) return within(std::format("chunk {}, token {} or one of the {} after it", number + 1, begin, targets.size()), scores.error());
            for (const RowScore& score : *scores) m_losses.add(score.loss);
        }
        if (auto sound = m_sums.check(); !sound) return within(std::format("chunk {}", number + 1), sound.error());
        m_decoder.endChunk();
        ++m_done;
        return {};
    }

    Perplexity soFar() const
    {
        Perplexity p = perplexityOf(m_losses);
        p.chunks = m_done;
        p.seconds = m_decoder.seconds();
        return p;
    }
    quantize::Imatrix matrix() const
    {
        quantize::Imatrix imatrix = m_sums.matrix();
        if (!m_options.dataset.empty()) imatrix.datasets = {m_options.dataset};
        imatrix.chunkCount = static_cast<std::uint32_t>(m_done);
        imatrix.chunkSize = static_cast<std::uint32_t>(m_chunks.length());
        return imatrix;
    }

private:
    const TextChunks& m_chunks;
    const CollectOptions& m_options;
    JobDecoder& m_decoder;
    ImportanceSums& m_sums;
    std::unique_ptr<Session> m_session;
    RowScorer m_scorer;
    Moments m_losses;
    int m_done = 0;
};

} // namespace

Result<Collected> collectImatrix(std::shared_ptr<const generate::LoadedModel> model, const text::Tokenizer& tokenizer, std::string_view text,
                                 const CollectOptions& options, Job& job, const ProgressFn& progress, const CollectChunkFn& onChunk)
{
    const auto chunks = TextChunks::cut(tokenizer, text, options.contextLength, options.chunks, options.skippedChunks, options.parseSpecial);
    if (!chunks) return std::unexpected(chunks.error());
    ImportanceSums sums(options.outputTensor);
    auto session = Session::create(std::move(model), {.contextLength = options.contextLength,
                                                      .cacheK = options.cacheK,
                                                      .cacheV = options.cacheV,
                                                      .batch = options.batch,
                                                      .threads = options.threads,
                                                      .observer = &sums});
    if (!session) return std::unexpected(session.error());
    JobDecoder decoder(job, progress, static_cast<std::uint64_t>(chunks->length()) * static_cast<std::uint64_t>(chunks->count()), chunks->count());
    Collecting collecting(*chunks, options, decoder, sums, std::move(*session));
    for (int i = 0; i < chunks->count(); ++i) {
        if (auto done = collecting.chunk(i); !done) return std::unexpected(done.error());
        if (!onChunk) continue;
        if (auto fine = onChunk(collecting.soFar(), [&] { return collecting.matrix(); }); !fine) return std::unexpected(fine.error());
    }
    return Collected{collecting.matrix(), collecting.soFar()};
}

} // namespace corral::measure
