#include "core/memory/training.h"

#include <algorithm>

namespace corral::memory {

namespace {

template <class T> struct Named {
    T value;
    std::string_view name;
};
constexpr Named<TrainingMethod> kMethods[] = {{TrainingMethod::Full, "full"}, {TrainingMethod::Lora, "lora"}, {TrainingMethod::Qlora, "qlora"}};
constexpr Named<Recipe> kRecipes[] = {{Recipe::AdamWMixed, "adamw-mixed"}, {Recipe::AdamWBf16, "adamw-bf16"}, {Recipe::AdamWF32, "adamw-f32"},
                                      {Recipe::Adam8bit, "adam-8bit"},     {Recipe::Sgd, "sgd"},              {Recipe::Adafactor, "adafactor"}};
constexpr Named<Recompute> kRecomputes[] = {{Recompute::None, "none"}, {Recompute::Selective, "selective"}, {Recompute::Full, "full"}};
constexpr Named<LoraTargets> kTargets[] = {{LoraTargets::QueryValue, "qv"}, {LoraTargets::Attention, "attention"}, {LoraTargets::All, "all"}};

template <class T, std::size_t N> std::string_view nameIn(const Named<T> (&table)[N], T value)
{
    return std::ranges::find(table, value, &Named<T>::value)->name; // every value is there
}
template <class T, std::size_t N> std::optional<T> valueIn(const Named<T> (&table)[N], std::string_view name)
{
    const auto* found = std::ranges::find(table, name, &Named<T>::name);
    return found == std::end(table) ? std::nullopt : std::optional(found->value);
}

// Bytes for one trained parameter (memory sheet § 6).
struct RecipeBytes {
    std::uint64_t weight, gradient, optimizer;
    Words explained;
};
RecipeBytes bytesOf(Recipe recipe)
{
    switch (recipe) {
    case Recipe::AdamWMixed: return {2, 2, 12, say("AdamW, mixed: an f32 master weight (4 bytes) and two f32 moments (8)")};
    case Recipe::AdamWBf16: return {2, 2, 4, say("AdamW in bf16: two bf16 moments")};
    case Recipe::AdamWF32: return {4, 4, 8, say("AdamW in f32: two f32 moments")};
    case Recipe::Adam8bit: return {2, 2, 6, say("8-bit Adam: an f32 master weight (4 bytes) and two 8-bit moments (2)")};
    case Recipe::Sgd: return {4, 4, 4, say("SGD: one f32 momentum")};
    case Recipe::Adafactor: break;
    }
    return {2, 2, 0, say("Adafactor: an f32 number for each row and column of a matrix")};
}

bool isVector(const TensorSize& tensor) { return tensor.out == 1 && tensor.matrices == 1; }

bool isTarget(const TensorSize& tensor, LoraTargets targets)
{
    if (tensor.layer < 0 || isVector(tensor) || tensor.role == Role::Norm) return false;
    const std::string_view name = tensor.name;
    if (targets == LoraTargets::QueryValue) return name.ends_with(".attn_q.weight") || name.ends_with(".attn_v.weight") || name.ends_with(".attn_qkv.weight");
    if (targets == LoraTargets::Attention) return tensor.role == Role::Attention;
    // Routers are left alone: LoRA adapts what computes, not what chooses.
    return (tensor.role == Role::Attention || tensor.role == Role::FeedForward || tensor.role == Role::Experts) && !name.contains("ffn_gate_inp");
}

// Matrices that a 4-bit base rounds: those of the layers.
bool isRoundedByQlora(const TensorSize& tensor) { return tensor.layer >= 0 && !isVector(tensor) && tensor.role != Role::Norm; }

// Factored second moments, f32.
std::uint64_t adafactorBytes(const ModelShape& model, std::uint64_t parameters)
{
    if (model.tensors.empty()) return parameters / 100; // about 0.01 bytes a parameter
    std::uint64_t values = 0;
    for (const TensorSize& tensor : model.tensors) values = sum({values, isVector(tensor) ? tensor.in : product({sum({tensor.in, tensor.out}), tensor.matrices})});
    return product({values, 4});
}

Quantity activationsOf(const ModelShape& model, const TrainingOptions& o)
{
    Quantity q{.id = "training.activations", .name = "activations", .bytes = 0, .formula = {}, .assumptions = {}, .estimated = true};
    const auto layers = static_cast<std::uint64_t>(model.layers.size());
    if (layers == 0 || model.embedding == 0) {
        q.formula = say("not counted: the layers of this model are not known");
        return q;
    }
    // s·b·D·(34 + 5·H·s/D) bytes a layer at 16 bits; the second term are the attention scores, which flash attention never writes down.
    const std::uint64_t sbd = product({o.sequence, o.batch, model.embedding});
    const std::uint64_t linear = product({sbd, 34}), scores = product({5, model.heads, o.sequence, o.sequence, o.batch});
    const bool keepsScores = !o.flashAttention && o.recompute == Recompute::None;
    const std::uint64_t peak = o.flashAttention ? linear : sum({linear, scores});
    const std::string sizes = std::format("{} × {} × {}", o.sequence, o.batch, model.embedding);
    if (o.recompute == Recompute::Full) {
        q.bytes = sum({product({layers, 2, sbd}), peak});
        q.formula = say("{} layers × 2 × {} bytes, and one layer's {} bytes while it is computed again", layers, sizes, peak);
    } else if (keepsScores) {
        q.bytes = product({layers, peak});
        q.formula = say("{} layers × ({} × 34 + 5 × {} heads × {}² × {}) bytes", layers, sizes, model.heads, o.sequence, o.batch);
    } else {
        q.bytes = sum({product({layers, linear}), o.flashAttention ? 0 : scores});
        q.formula = o.flashAttention
                        ? say("{} layers × {} × 34 bytes", layers, sizes)
                        : say("{} layers × {} × 34 bytes, and one layer's scores of {} bytes while they are computed again", layers, sizes, scores);
    }
    q.assumptions = {say("16-bit activations; a feed-forward of 4 × the embedding: wider ones and several experts at once need more"),
                     o.flashAttention ? say("flash attention: scores are never stored") : say("attention that stores its scores")};
    return q;
}

} // namespace

std::string_view toString(TrainingMethod method) { return nameIn(kMethods, method); }
std::string_view toString(Recipe recipe) { return nameIn(kRecipes, recipe); }
std::string_view toString(Recompute recompute) { return nameIn(kRecomputes, recompute); }
std::string_view toString(LoraTargets targets) { return nameIn(kTargets, targets); }
std::optional<TrainingMethod> parseTrainingMethod(std::string_view name) { return valueIn(kMethods, name); }
std::optional<Recipe> parseRecipe(std::string_view name) { return valueIn(kRecipes, name); }
std::optional<Recompute> parseRecompute(std::string_view name) { return valueIn(kRecomputes, name); }
std::optional<LoraTargets> parseLoraTargets(std::string_view name) { return valueIn(kTargets, name); }

std::uint64_t TrainingMemory::total() const
{
    return sum({weights.bytes, adapters.bytes, gradients.bytes, optimizer.bytes, activations.bytes, logits.bytes});
}

std::vector<Quantity> TrainingMemory::parts() const
{
    std::vector<Quantity> parts;
    for (const Quantity* part : {&weights, &adapters, &gradients, &optimizer, &activations, &logits})
        if (part->bytes > 0) parts.push_back(*part);
    return parts;
}

TrainingMemory trainingMemory(const ModelShape& model, const TrainingOptions& o)
{
    const RecipeBytes recipe = bytesOf(o.recipe);
    const bool full = o.method == TrainingMethod::Full;
    TrainingMemory m;

    std::uint64_t adapterParameters = 0, adapted = 0, rounded = 0;
    for (const TensorSize& tensor : model.tensors) {
        if (isTarget(tensor, o.targets)) {
            adapterParameters = sum({adapterParameters, product({o.rank, sum({tensor.in, tensor.out}), tensor.matrices})});
            ++adapted;
        }
        if (isRoundedByQlora(tensor)) rounded += tensor.parameters();
    }
    m.trainedParameters = full ? model.parameters : adapterParameters;

    m.weights = {.id = "training.weights", .name = "weights", .bytes = 0, .formula = {}, .assumptions = {say("one device, no sharding")}};
    if (full) {
        m.weights.bytes = product({model.parameters, recipe.weight});
        m.weights.formula = say("{} parameters × {} bytes", model.parameters, recipe.weight);
    } else if (o.method == TrainingMethod::Lora) {
        m.weights.bytes = product({model.parameters, 2});
        m.weights.formula = say("{} frozen parameters × 2 bytes", model.parameters);
        m.weights.assumptions.push_back(say("the base in bf16, not as the file stores it"));
    } else {
        // 4 bits a value and an f32 scale for each 64: 0.5625 bytes.
        if (model.tensors.empty()) rounded = model.parameters;
        const std::uint64_t kept = model.parameters - std::min(rounded, model.parameters);
        m.weights.bytes = sum({product({rounded, 9}) / 16, product({kept, 2})});
        m.weights.formula = say("{} frozen parameters × 0.5625 bytes + {} × 2 bytes", rounded, kept);
        m.weights.assumptions.push_back(say("matrices of the layers in 4 bits with a scale for each 64; embedding, output and norms in bf16"));
    }

    m.adapters = {.id = "training.adapters", .name = "adapters", .bytes = 0, .formula = say("none: the weights themselves are trained")};
    if (!full) {
        m.adapters.bytes = product({adapterParameters, recipe.weight});
        m.adapters.formula = model.tensors.empty()
                                 ? say("not counted: the matrices of this model are not known")
                                 : say("rank {} × (in + out) of {} matrices = {} parameters × {} bytes", o.rank, adapted, adapterParameters, recipe.weight);
    }

    m.gradients = {.id = "training.gradients", .name = "gradients", .bytes = product({m.trainedParameters, recipe.gradient}),
                   .formula = say("{} trained parameters × {} bytes", m.trainedParameters, recipe.gradient)};
    m.optimizer = {.id = "training.optimizer", .name = "optimizer", .bytes = product({m.trainedParameters, recipe.optimizer}),
                   .formula = say("{} trained parameters × {} bytes", m.trainedParameters, recipe.optimizer), .assumptions = {recipe.explained}};
    if (o.recipe == Recipe::Adafactor) {
        // Adapters are thin matrices themselves: as many numbers as their rows and columns, about their own parameters over the rank.
        m.optimizer.bytes = full ? adafactorBytes(model, model.parameters) : product({adapterParameters / std::max<std::uint64_t>(o.rank, 1), 4});
        m.optimizer.formula = say("{} trained parameters, by rows and columns", m.trainedParameters);
    }

    m.activations = activationsOf(model, o);
    m.logits = {.id = "training.logits", .name = "logits", .bytes = product({o.sequence, o.batch, model.vocabulary, 8}),
                .formula = say("{} × {} × {} tokens × (4 + 4) bytes", o.sequence, o.batch, model.vocabulary),
                .assumptions = {say("f32 logits and their gradients for every position")}, .estimated = true};
    return m;
}

ModelShape shapeOfParameters(std::uint64_t parameters)
{
    ModelShape shape;
    shape.parameters = parameters;
    return shape;
}

} // namespace corral::memory
