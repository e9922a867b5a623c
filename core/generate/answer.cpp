#include "core/generate/answer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::generate {

namespace {

double seconds(std::chrono::steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }

// 5000 → "5,000"
std::string grouped(std::size_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

// What the first token adds to the prompt's text. At the very beginning of a text that is not its piece: there some vocabularies drop the
// space that their words begin with.
std::string firstPiece(const text::Tokenizer& tokenizer, std::span<const Token> prompt, Token token, bool showSpecial)
{
    if (prompt.front() == tokenizer.special().bos) prompt = prompt.subspan(1); // the text begins behind it
    const text::Tokenizer::Decode options{.removeSpecial = false, .unparseSpecial = showSpecial};
    std::vector<Token> tokens(prompt.begin(), prompt.end());
    const std::string before = tokenizer.decode(tokens, options);
    tokens.push_back(token);
    const std::string after = tokenizer.decode(tokens, options);
    return after.starts_with(before) ? after.substr(before.size()) : tokenizer.piece(token, showSpecial);
}

} // namespace

Result<std::unique_ptr<Answer>> Answer::begin(std::span<const Token> prompt, GenerateOptions options, GenerateCallbacks callbacks,
                                              std::shared_ptr<const text::Tokenizer> tokenizer, std::shared_ptr<const sample::Vocabulary> vocabulary, int context)
{
    const auto begin = Clock::now();
    const auto room = static_cast<std::size_t>(context);
    if (prompt.empty()) return fail(ErrorCode::InvalidArgument, "the prompt is empty");
    const Token vocabularySize = std::min(vocabulary->size, tokenizer->size());
    for (const Token token : prompt)
        if (token < 0 || token >= vocabularySize)
            return fail(ErrorCode::InvalidArgument, "token id {} is outside the vocabulary of {} tokens", token, vocabularySize);
    if (prompt.size() > room)
        return fail(ErrorCode::ContextFull, "the prompt has {} tokens, the context holds {}", grouped(prompt.size()), grouped(room));
    if (prompt.size() == room && options.maxTokens != 0)
        return fail(ErrorCode::ContextFull, "the prompt has {} tokens and the context holds {}: no room for an answer", grouped(prompt.size()), grouped(room));
    auto sampler = sample::Sampler::create(options.sampling, std::move(vocabulary));
    if (!sampler) return std::unexpected(sampler.error());
    for (const Token token : prompt) (*sampler)->accept(token, true);

    std::unique_ptr<Answer> answer(new Answer);
    answer->m_prompt.assign(prompt.begin(), prompt.end());
    answer->m_filter = StopFilter(options.stop);
    answer->m_options = std::move(options);
    std::ranges::sort(answer->m_options.shown);
    if (answer->m_options.reasoning) answer->m_reasoning.emplace(std::move(*answer->m_options.reasoning));
    answer->m_callbacks = std::move(callbacks);
    answer->m_tokenizer = std::move(tokenizer);
    answer->m_sampler = std::move(*sampler);
    answer->m_context = room;
    answer->m_timings.promptTokens = static_cast<int>(prompt.size());
    answer->m_begin = answer->m_promptBegin = answer->m_promptEnd = begin;
    return answer;
}

void Answer::promptBegins(int cached)
{
    m_timings.cachedTokens = cached;
    m_promptBegin = m_promptEnd = Clock::now();
}

void Answer::promptAdvanced(int done)
{
    m_promptEnd = Clock::now();
    m_timings.promptSeconds = seconds(m_promptEnd - m_promptBegin);
    if (m_callbacks.onTimings) m_callbacks.onTimings(m_timings);
    if (m_callbacks.onPrompt) m_callbacks.onPrompt(done, m_timings.promptTokens, m_timings.cachedTokens);
}

std::string Answer::bytesOf(Token token) const
{
    if (token >= m_tokenizer->size()) return {}; // a row of the output matrix that no token has
    const bool show = m_options.showSpecial || std::ranges::binary_search(m_options.shown, token);
    if (!show && m_tokenizer->isEndOfGeneration(token)) return {};
    return m_tokens.size() == 1 ? firstPiece(*m_tokenizer, m_prompt, token, show) : m_tokenizer->piece(token, show);
}

bool Answer::push(std::string_view bytes)
{
    ++m_untold;
    if (!bytes.empty()) deliver(m_filter.push(m_characters.push(bytes)));
    return m_filter.matched().empty();
}

void Answer::deliver(const std::string& text)
{
    if (text.empty()) return;
    if (m_callbacks.onText) m_callbacks.onText(text, m_untold);
    m_untold = 0;
}

void Answer::tell(std::span<const float> logits, Token token, bool isForced) const
{
    if (m_options.probabilities == 0) return m_callbacks.onToken({.chosen = {.token = token}, .most = {}});
    if (m_options.afterSampling) {
        ChosenToken told{.chosen = {.token = token}, .most = {}}; // of a token that was forced: certain
        if (!isForced) {
            const auto found = m_sampler->likelihoods(static_cast<std::size_t>(m_options.probabilities));
            told.chosen.logarithm = std::log(found.drawn);
            for (const auto& [likely, probability] : found.most) told.most.push_back({likely, std::log(probability)});
        }
        return m_callbacks.onToken(told);
    }
    const auto likelier = [&](Token a, Token b) { return logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)]; };
    const float largest = *std::ranges::max_element(logits, [](float a, float b) { return std::isnan(a) || a < b; });
    double sum = 0;
    for (const float logit : logits)
        if (!std::isnan(logit)) sum += std::exp(double(logit) - largest);
    const double all = largest + std::log(sum);
    const auto probability = [&](Token t) { return TokenProbability{t, static_cast<float>(logits[static_cast<std::size_t>(t)] - all)}; };
    std::vector<Token> most(logits.size());
    for (std::size_t i = 0; i < most.size(); ++i) most[i] = static_cast<Token>(i);
    std::erase_if(most, [&](Token t) { return std::isnan(logits[static_cast<std::size_t>(t)]); });
    const auto count = std::min(most.size(), static_cast<std::size_t>(m_options.probabilities));
    std::ranges::partial_sort(most, most.begin() + static_cast<std::ptrdiff_t>(count), likelier);
    ChosenToken told{.chosen = probability(token), .most = {}};
    for (std::size_t i = 0; i < count; ++i) told.most.push_back(probability(most[i]));
    m_callbacks.onToken(told);
}

Result<std::optional<FinishReason>> Answer::choose(std::span<const float> logits)
{
    if (std::ranges::none_of(logits, [](float logit) { return std::isfinite(logit); }))
        return fail(ErrorCode::Format, "the model computed no numbers after {} tokens: its weights may be damaged", grouped(m_prompt.size() + m_tokens.size()));
    const auto full = [&] { return m_options.maxTokens >= 0 && m_timings.generatedTokens >= m_options.maxTokens; };
    if (full()) return FinishReason::MaxTokens;
    const auto forced = m_reasoning ? m_reasoning->forced() : std::nullopt;
    const Token token = forced ? *forced : m_sampler->sample(logits);
    if (const auto& failure = m_sampler->failure()) return std::unexpected(*failure);
    m_sampler->accept(token, false);
    m_tokens.push_back(token);
    if (m_timings.generatedTokens++ == 0) m_timings.firstTokenSeconds = seconds(Clock::now() - m_begin);
    if (m_reasoning) m_reasoning->accept(m_tokenizer->piece(token, true));
    if (m_callbacks.onTimings) {
        m_timings.generationSeconds = seconds(Clock::now() - m_promptEnd);
        m_callbacks.onTimings(m_timings);
    }
    if (m_callbacks.onToken) tell(logits, token, forced.has_value());

    const bool ends = m_tokenizer->isEndOfGeneration(token);
    const std::string bytes = bytesOf(token);
    m_hasNewLine |= bytes.contains('\n');
    if (!push(bytes)) return FinishReason::StopString;
    if (ends) return FinishReason::EndOfText;
    if (full()) return FinishReason::MaxTokens;
    if (m_options.maxTime.count() > 0 && m_hasNewLine && Clock::now() - m_promptEnd > m_options.maxTime) return FinishReason::MaxTokens;
    if (m_prompt.size() + m_tokens.size() > m_context) return FinishReason::ContextFull;
    return std::nullopt;
}

void Answer::endReasoning()
{
    if (m_reasoning) m_reasoning->endNow();
}

Outcome Answer::finish(FinishReason reason)
{
    if (reason != FinishReason::StopString) {
        std::string rest = m_filter.push(m_characters.flush());
        rest += m_filter.flush();
        deliver(rest);
    }
    Outcome outcome{.reason = reason, .stopString = m_filter.matched(), .timings = m_timings, .tokens = std::move(m_tokens)};
    if (!outcome.stopString.empty()) outcome.reason = FinishReason::StopString; // completed by the last, repaired character
    if (m_promptEnd != m_promptBegin || !outcome.tokens.empty()) outcome.timings.generationSeconds = seconds(Clock::now() - m_promptEnd);
    return outcome;
}

} // namespace corral::generate
