#include "app/estimating/quantity_words.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>

namespace corral::app {

namespace {

constexpr const char* kContext = "Memory";

// Every sentence of core/memory, letter by letter.
constexpr std::array kPatterns{
    // weights
    QT_TRANSLATE_NOOP("Memory", "the sum of all tensors as the file stores them"),
    QT_TRANSLATE_NOOP("Memory", "1 tensor: rows × blocks of a row × bytes of a block"),
    QT_TRANSLATE_NOOP("Memory", "{} tensors: rows × blocks of a row × bytes of a block"),
    QT_TRANSLATE_NOOP("Memory", "mapped from the file, which other programs share; read ahead after loading where the memory is free"),
    QT_TRANSLATE_NOOP("Memory", "the embedding table once more, as the output matrix"),
    QT_TRANSLATE_NOOP("Memory", "tokens are looked up on the host, whose table stays there"),
    // cache
    QT_TRANSLATE_NOOP("Memory", "the states of {} layers, 4 bytes a value"),
    QT_TRANSLATE_NOOP("Memory", "{} users × the states of {} layers, 4 bytes a value"),
    QT_TRANSLATE_NOOP("Memory", "independent of the context"),
    QT_TRANSLATE_NOOP("Memory", "{} positions × {} bytes (keys in {}, values in {}; layers: {})"),
    QT_TRANSLATE_NOOP("Memory", "{} users × {} positions × {} bytes (keys in {}, values in {}; layers: {})"),
    QT_TRANSLATE_NOOP("Memory", "every user fills the context; no prompt is shared"),
    QT_TRANSLATE_NOOP("Memory", "one sequence that fills its context; before that, the system counts what is used of it"),
    QT_TRANSLATE_NOOP("Memory", "a layer keeps its window of {} positions and one batch"),
    QT_TRANSLATE_NOOP("Memory", "this engine keeps all positions, also those behind the window"),
    QT_TRANSLATE_NOOP("Memory", "a formula's estimate: {}"),
    // buffers
    QT_TRANSLATE_NOOP("Memory", "the memory plan of this model's graph for {} tokens at once"),
    QT_TRANSLATE_NOOP("Memory", "values share memory when their lives do not meet"),
    QT_TRANSLATE_NOOP("Memory", "1.1 × 4 bytes × {} tokens × (2 × {} + 6 × {} + {} / 8)"),
    QT_TRANSLATE_NOOP("Memory", "the most that any operation needs for {} tokens at position {} on 1 thread"),
    QT_TRANSLATE_NOOP("Memory", "the most that any operation needs for {} tokens at position {} on {} threads"),
    QT_TRANSLATE_NOOP("Memory", "operations run one after the other and share it"),
    QT_TRANSLATE_NOOP("Memory", "{} tokens × {} values × 9/8 bytes: activations rounded to 8 bits"),
    QT_TRANSLATE_NOOP("Memory", "as large as on the host"),
    QT_TRANSLATE_NOOP("Memory", "1 position × {} tokens × 4 bytes"),
    QT_TRANSLATE_NOOP("Memory", "{} users × {} tokens × {} bytes"),
    QT_TRANSLATE_NOOP("Memory", "generation wants the logits of the last position only; measuring perplexity wants more"),
    QT_TRANSLATE_NOOP("Memory", "{} tokens × {} bytes"),
    QT_TRANSLATE_NOOP("Memory", "the sampler looks at the whole vocabulary"),
    // program
    QT_TRANSLATE_NOOP("Memory", "{} bytes of headers in the files, {} once read"),
    QT_TRANSLATE_NOOP("Memory", "{} tokens × {} bytes + {} merges × {} bytes"),
    QT_TRANSLATE_NOOP("Memory", "measured averages"),
    QT_TRANSLATE_NOOP("Memory", "measured: this program before it loads a model"),
    QT_TRANSLATE_NOOP("Memory", "measured: a bare program with this engine"),
    // deployment
    QT_TRANSLATE_NOOP("Memory", "once for all users"),
    QT_TRANSLATE_NOOP("Memory", "{} users × {} bytes for {} positions"),
    QT_TRANSLATE_NOOP("Memory", "buffers for {} tokens at once"),
    QT_TRANSLATE_NOOP("Memory", "users take turns in one batch"),
    QT_TRANSLATE_NOOP("Memory", "{} users × {} bytes of logits and candidates"),
    QT_TRANSLATE_NOOP("Memory", "code, metadata and tokenizer, once"),
    // rules
    QT_TRANSLATE_NOOP("Memory", "{} parameters × {} bytes"),
    QT_TRANSLATE_NOOP("Memory", "the weights as the file stores them"),
    QT_TRANSLATE_NOOP("Memory", "4 × inference"),
    QT_TRANSLATE_NOOP("Memory", "1.3 × inference"),
    QT_TRANSLATE_NOOP("Memory", "the weights only: the cache of a long context and the buffers come on top"),
    QT_TRANSLATE_NOOP("Memory", "weights, gradients and two moments of the optimizer, all in the type of the weights"),
    QT_TRANSLATE_NOOP("Memory", "usual mixed-precision AdamW needs about twice as much, LoRA far less"),
    QT_TRANSLATE_NOOP("Memory", "activations come on top"),
    QT_TRANSLATE_NOOP("Memory", "30 % for the cache, activations and the runtime: too little for long contexts or many users"),
    // training
    QT_TRANSLATE_NOOP("Memory", "one device, no sharding"),
    QT_TRANSLATE_NOOP("Memory", "{} frozen parameters × 2 bytes"),
    QT_TRANSLATE_NOOP("Memory", "the base in bf16, not as the file stores it"),
    QT_TRANSLATE_NOOP("Memory", "{} frozen parameters × 0.5625 bytes + {} × 2 bytes"),
    QT_TRANSLATE_NOOP("Memory", "matrices of the layers in 4 bits with a scale for each 64; embedding, output and norms in bf16"),
    QT_TRANSLATE_NOOP("Memory", "none: the weights themselves are trained"),
    QT_TRANSLATE_NOOP("Memory", "not counted: the matrices of this model are not known"),
    QT_TRANSLATE_NOOP("Memory", "rank {} × (in + out) of {} matrices = {} parameters × {} bytes"),
    QT_TRANSLATE_NOOP("Memory", "{} trained parameters × {} bytes"),
    QT_TRANSLATE_NOOP("Memory", "{} trained parameters, by rows and columns"),
    QT_TRANSLATE_NOOP("Memory", "AdamW, mixed: an f32 master weight (4 bytes) and two f32 moments (8)"),
    QT_TRANSLATE_NOOP("Memory", "AdamW in bf16: two bf16 moments"),
    QT_TRANSLATE_NOOP("Memory", "AdamW in f32: two f32 moments"),
    QT_TRANSLATE_NOOP("Memory", "8-bit Adam: an f32 master weight (4 bytes) and two 8-bit moments (2)"),
    QT_TRANSLATE_NOOP("Memory", "SGD: one f32 momentum"),
    QT_TRANSLATE_NOOP("Memory", "Adafactor: an f32 number for each row and column of a matrix"),
    QT_TRANSLATE_NOOP("Memory", "not counted: the layers of this model are not known"),
    QT_TRANSLATE_NOOP("Memory", "{} layers × 2 × {} bytes, and one layer's {} bytes while it is computed again"),
    QT_TRANSLATE_NOOP("Memory", "{} layers × ({} × 34 + 5 × {} heads × {}² × {}) bytes"),
    QT_TRANSLATE_NOOP("Memory", "{} layers × {} × 34 bytes"),
    QT_TRANSLATE_NOOP("Memory", "{} layers × {} × 34 bytes, and one layer's scores of {} bytes while they are computed again"),
    QT_TRANSLATE_NOOP("Memory", "16-bit activations; a feed-forward of 4 × the embedding: wider ones and several experts at once need more"),
    QT_TRANSLATE_NOOP("Memory", "flash attention: scores are never stored"),
    QT_TRANSLATE_NOOP("Memory", "attention that stores its scores"),
    QT_TRANSLATE_NOOP("Memory", "{} × {} × {} tokens × (4 + 4) bytes"),
    QT_TRANSLATE_NOOP("Memory", "f32 logits and their gradients for every position"),
};

struct Name {
    std::string_view id;
    const char* text;
};
constexpr std::array<Name, 32> kNames{{
    {"weights", QT_TRANSLATE_NOOP("Memory", "Weights")},
    {"weights.embedding", QT_TRANSLATE_NOOP("Memory", "Embedding")},
    {"weights.attention", QT_TRANSLATE_NOOP("Memory", "Attention")},
    {"weights.feed_forward", QT_TRANSLATE_NOOP("Memory", "Feed-forward")},
    {"weights.experts", QT_TRANSLATE_NOOP("Memory", "Experts")},
    {"weights.recurrent", QT_TRANSLATE_NOOP("Memory", "Recurrent layers")},
    {"weights.norms", QT_TRANSLATE_NOOP("Memory", "Norms")},
    {"weights.output", QT_TRANSLATE_NOOP("Memory", "Output matrix")},
    {"weights.other", QT_TRANSLATE_NOOP("Memory", "Other tensors")},
    {"cache.full", QT_TRANSLATE_NOOP("Memory", "Cache of full attention")},
    {"cache.window", QT_TRANSLATE_NOOP("Memory", "Cache of sliding windows")},
    {"cache.latent", QT_TRANSLATE_NOOP("Memory", "Cache of compressed attention")},
    {"cache.recurrent", QT_TRANSLATE_NOOP("Memory", "Recurrent states")},
    {"compute.activations", QT_TRANSLATE_NOOP("Memory", "Activations")},
    {"compute.scratch", QT_TRANSLATE_NOOP("Memory", "Scratch of the kernels")},
    {"output.logits", QT_TRANSLATE_NOOP("Memory", "Logits")},
    {"output.candidates", QT_TRANSLATE_NOOP("Memory", "Candidates of the sampler")},
    {"program.metadata", QT_TRANSLATE_NOOP("Memory", "Metadata")},
    {"program.tokenizer", QT_TRANSLATE_NOOP("Memory", "Tokenizer")},
    {"program.code", QT_TRANSLATE_NOOP("Memory", "Code and libraries")},
    {"rules.inference", QT_TRANSLATE_NOOP("Memory", "Inference")},
    {"rules.training", QT_TRANSLATE_NOOP("Memory", "Training")},
    {"rules.deployment", QT_TRANSLATE_NOOP("Memory", "Deployment")},
    {"training.weights", QT_TRANSLATE_NOOP("Memory", "Weights")},
    {"training.adapters", QT_TRANSLATE_NOOP("Memory", "Adapters")},
    {"training.gradients", QT_TRANSLATE_NOOP("Memory", "Gradients")},
    {"training.optimizer", QT_TRANSLATE_NOOP("Memory", "Optimizer")},
    {"training.activations", QT_TRANSLATE_NOOP("Memory", "Activations")},
    {"training.logits", QT_TRANSLATE_NOOP("Memory", "Logits")},
    {"rules.overhead", QT_TRANSLATE_NOOP("Memory", "Cache, buffers and runtime")},
    {"device.used", QT_TRANSLATE_NOOP("Memory", "In use now")},
    {"device.reserve", QT_TRANSLATE_NOOP("Memory", "Kept free")},
}};

const char* patternOf(const memory::Words& words)
{
    const auto found = std::ranges::find(kPatterns, words.pattern, [](const char* pattern) { return std::string_view(pattern); });
    return found == kPatterns.end() ? nullptr : *found;
}

const Name* nameById(std::string_view id)
{
    const auto found = std::ranges::find(kNames, id, &Name::id);
    return found == kNames.end() ? nullptr : &*found;
}

QString textOf(const memory::Words::Value& value)
{
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return QLocale().toString(quint64(*number));
    return QString::fromStdString(std::get<std::string>(value));
}

} // namespace

QString textOf(const memory::Words& words)
{
    const char* pattern = patternOf(words);
    const QString sentence = pattern ? QCoreApplication::translate(kContext, pattern)
                                     : QString::fromUtf8(words.pattern.data(), qsizetype(words.pattern.size()));
    // Gap by gap: a value may hold braces itself.
    QString text;
    qsizetype from = 0;
    for (const auto& value : words.values) {
        const qsizetype gap = sentence.indexOf(QLatin1String("{}"), from);
        if (gap < 0) break;
        text += QStringView(sentence).mid(from, gap - from);
        text += textOf(value);
        from = gap + 2;
    }
    return text.append(QStringView(sentence).mid(from));
}

QString nameOf(const memory::Quantity& quantity)
{
    const Name* name = nameById(quantity.id);
    return name ? QCoreApplication::translate(kContext, name->text) : QString::fromStdString(quantity.name);
}

QStringList assumptionsOf(const memory::Quantity& quantity)
{
    QStringList texts;
    for (const memory::Words& assumption : quantity.assumptions) texts.append(textOf(assumption));
    return texts;
}

bool hasWordsFor(const memory::Words& words) { return words.empty() || patternOf(words) != nullptr; }
bool hasNameFor(const memory::Quantity& quantity) { return nameById(quantity.id) != nullptr; }

} // namespace corral::app
