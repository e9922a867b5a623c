#include "core/memory/account.h"

#include "core/backend/cpu/footprint.h"
#include "core/base/cpu_features.h"
#include "core/generate/default_context.h"
#include "core/generate/layer_places.h"
#include "core/graph/memory_plan.h"
#include "core/model/model.h"

#include <algorithm>
#include <limits>
#include <map>

namespace corral::memory {

namespace {

// A tokenizer's tables for one entry of the vocabulary and for one merge; measured (tests/bench/memory_check) on byte-level vocabularies of
// 49 thousand tokens with as many merges and of 152 thousand without.
constexpr std::uint64_t kTokenBytes = 89, kMergeBytes = 50;
constexpr std::uint64_t kCandidateBytes = 8; // sample::Candidate: id and logit

backend::CacheType toBackend(generate::CacheType type) { return static_cast<backend::CacheType>(type); }

std::string_view nameOf(generate::CacheType type)
{
    return type == generate::CacheType::F32 ? "f32" : type == generate::CacheType::Q8_0 ? "q8_0" : "f16";
}

std::uint64_t rowBytes(generate::CacheType type, std::uint64_t values)
{
    switch (type) {
    case generate::CacheType::F32: return product({values, 4});
    case generate::CacheType::Q8_0: return product({(values + 31) / 32, 34});
    case generate::CacheType::F16: break;
    }
    return product({values, 2});
}

struct MemoryName {
    Memory memory;
    std::string_view id, name;
};
constexpr MemoryName kMemoryNames[] = {{Memory::Full, "full", "full attention"},
                                       {Memory::Window, "window", "sliding window attention"},
                                       {Memory::Latent, "latent", "compressed attention"},
                                       {Memory::Recurrent, "recurrent", "recurrent state"}};

// What one layer keeps for a sequence.
struct LayerCache {
    Memory memory = Memory::None;
    std::uint64_t positions = 0, perPosition = 0, bytes = 0;
};

// Of a model that the engine does not run: memory sheet § 2, one sequence.
LayerCache sheetCache(const LayerShape& layer, const Situation& s, const Account& account, std::uint64_t window)
{
    LayerCache cache{.memory = layer.memory};
    if (layer.memory == Memory::None) return cache;
    if (layer.memory == Memory::Recurrent) {
        cache.bytes = product({layer.state, 4});
        return cache;
    }
    const auto roundUp = [](std::uint64_t n) { return (n + 255) / 256 * 256; };
    cache.positions = roundUp(static_cast<std::uint64_t>(account.context));
    if (layer.memory == Memory::Window) cache.positions = std::min(cache.positions, roundUp(window + static_cast<std::uint64_t>(account.batch)));
    cache.perPosition = sum({rowBytes(s.key, layer.keys), rowBytes(s.value, layer.values)});
    cache.bytes = product({cache.positions, cache.perPosition});
    return cache;
}

} // namespace

std::uint64_t DeviceAccount::bytes(Group group) const
{
    std::uint64_t bytes = 0;
    for (const Part& part : parts)
        if (part.group == group) bytes = sum({bytes, part.bytes});
    return bytes;
}

std::uint64_t DeviceAccount::total() const
{
    std::uint64_t bytes = 0;
    for (const Group group : kGroups) bytes = sum({bytes, this->bytes(group)});
    return bytes;
}

std::uint64_t Account::bytes(Group group) const
{
    std::uint64_t bytes = 0;
    for (const DeviceAccount& device : devices) bytes = sum({bytes, device.bytes(group)});
    return bytes;
}

std::uint64_t Account::total() const
{
    std::uint64_t bytes = 0;
    for (const DeviceAccount& device : devices) bytes = sum({bytes, device.total()});
    return bytes;
}

Quantity Account::weights() const
{
    return {.id = "weights", .name = "weights", .bytes = bytes(Group::Weights), .formula = say("the sum of all tensors as the file stores them")};
}

struct ModelMemory::State {
    std::shared_ptr<const gguf::File> file;
    ModelShape shape;
    std::string why; // cache and compute are estimated
    model::LoadedWeights loaded;
    graph::Graph graph; // if `why` is empty
    std::vector<Memory> memories; // of the graph's layers
    std::vector<std::uint64_t> layerWeights; // by block, then the output layer
    std::uint64_t tiedOutput = 0;            // the embedding table, if it is the output matrix too
    int plannedBatch = 0;
    std::uint64_t planBytes = 0;

    std::size_t blocks() const { return shape.layers.size(); }
    std::size_t placeOf(const TensorSize& tensor) const // layer whose device the tensor lies on; blocks() + 1: the host
    {
        if (tensor.layer >= 0) return static_cast<std::size_t>(tensor.layer);
        return tensor.role == Role::Output || tensor.name.starts_with("output_norm") ? blocks() : blocks() + 1;
    }

    Result<std::vector<LayerCache>> caches(const Situation& s, const Account& account) const;
    std::vector<Part> weightParts(const std::vector<int>& places, int device) const;
    std::vector<Part> cacheParts(const std::vector<LayerCache>& caches, const std::vector<int>& places, int device, const Situation& s) const;
    Part activations(const Account& account);
    Part scratch(const Situation& s, const Account& account) const;
    Words guessed() const { return say("a formula's estimate: {}", why); }
    std::vector<Part> outputParts(const Situation& s) const;
    std::vector<Part> programParts(const Situation& s) const;
};

Result<std::vector<LayerCache>> ModelMemory::State::caches(const Situation& s, const Account& account) const
{
    std::vector<LayerCache> caches;
    if (!why.empty()) {
        for (const LayerShape& layer : shape.layers) caches.push_back(sheetCache(layer, s, account, shape.window));
        return caches;
    }
    const backend::Capacity capacity{.tokens = account.batch, .context = account.context, .key = toBackend(s.key), .value = toBackend(s.value)};
    const auto layout = cpu::planCache(graph, capacity);
    if (!layout) return std::unexpected(layout.error());
    for (std::size_t i = 0; i < layout->layers.size(); ++i) {
        const graph::CacheRow& row = graph.cache[i];
        caches.push_back({.memory = memories[i],
                          .positions = static_cast<std::uint64_t>(account.context),
                          .perPosition = rowBytes(s.key, static_cast<std::uint64_t>(row.key)) + rowBytes(s.value, static_cast<std::uint64_t>(row.value)),
                          .bytes = layout->layers[i].bytes});
    }
    return caches;
}

std::vector<Part> ModelMemory::State::weightParts(const std::vector<int>& places, int device) const
{
    struct Total {
        std::uint64_t tensors = 0, bytes = 0;
    };
    std::map<Role, Total> totals;
    for (const TensorSize& tensor : shape.tensors) {
        const std::size_t place = placeOf(tensor);
        if ((place < places.size() ? places[place] : -1) != device) continue;
        Total& total = totals[tensor.role];
        ++total.tensors;
        total.bytes += tensor.bytes;
    }
    std::vector<Part> parts;
    for (const Role role : kRoles) {
        const auto found = totals.find(role);
        if (found == totals.end()) continue;
        Part part;
        part.group = Group::Weights;
        part.id = std::format("weights.{}", idOf(role));
        part.name = std::format("weights: {}", memory::nameOf(role));
        part.bytes = found->second.bytes;
        part.formula = found->second.tensors == 1 ? say("1 tensor: rows × blocks of a row × bytes of a block")
                                                  : say("{} tensors: rows × blocks of a row × bytes of a block", found->second.tensors);
        if (device < 0) {
            part.assumptions.push_back(say("mapped from the file, which other programs share; read ahead after loading where the memory is free"));
        }
        parts.push_back(std::move(part));
    }
    if (device >= 0 && tiedOutput > 0 && places.back() == device) {
        Part copy;
        copy.group = Group::Weights;
        copy.id = "weights.output";
        copy.name = "weights: output (copy of the embedding)";
        copy.bytes = tiedOutput;
        copy.formula = say("the embedding table once more, as the output matrix");
        copy.assumptions.push_back(say("tokens are looked up on the host, whose table stays there"));
        parts.push_back(std::move(copy));
    }
    return parts;
}

std::vector<Part> ModelMemory::State::cacheParts(const std::vector<LayerCache>& caches, const std::vector<int>& places, int device, const Situation& s) const
{
    std::vector<Part> parts;
    for (const MemoryName& kind : kMemoryNames) {
        std::uint64_t layers = 0, bytes = 0, perPosition = 0, positions = 0;
        for (std::size_t il = 0; il < caches.size(); ++il) {
            if (caches[il].memory != kind.memory || (il < places.size() ? places[il] : -1) != device) continue;
            ++layers;
            bytes = sum({bytes, caches[il].bytes});
            perPosition = sum({perPosition, caches[il].perPosition});
            positions = caches[il].positions;
        }
        if (layers == 0) continue;
        Part part;
        part.group = Group::Cache;
        part.id = std::format("cache.{}", kind.id);
        part.name = std::format("cache: {}", kind.name);
        part.bytes = bytes;
        part.estimated = !why.empty();
        if (kind.memory == Memory::Recurrent) {
            part.formula = s.users > 1 ? say("{} users × the states of {} layers, 4 bytes a value", s.users, layers) : say("the states of {} layers, 4 bytes a value", layers);
            part.assumptions.push_back(say("independent of the context"));
        } else {
            part.formula = s.users > 1 ? say("{} users × {} positions × {} bytes (keys in {}, values in {}; layers: {})", s.users, positions, perPosition,
                                             nameOf(s.key), nameOf(s.value), layers)
                                       : say("{} positions × {} bytes (keys in {}, values in {}; layers: {})", positions, perPosition, nameOf(s.key),
                                             nameOf(s.value), layers);
            part.assumptions.push_back(s.users > 1 ? say("every user fills the context; no prompt is shared")
                                                   : say("one sequence that fills its context; before that, the system counts what is used of it"));
            if (kind.memory == Memory::Window && part.estimated)
                part.assumptions.push_back(say("a layer keeps its window of {} positions and one batch", shape.window));
            else if (kind.memory == Memory::Window) part.assumptions.push_back(say("this engine keeps all positions, also those behind the window"));
        }
        if (part.estimated) part.assumptions.push_back(guessed());
        parts.push_back(std::move(part));
    }
    return parts;
}

Part ModelMemory::State::activations(const Account& account)
{
    Part part;
    part.group = Group::Compute;
    part.id = "compute.activations";
    part.name = "compute: activations";
    const auto batch = static_cast<std::uint64_t>(account.batch);
    if (why.empty()) {
        if (plannedBatch != account.batch) {
            planBytes = graph::planMemory(graph, account.batch).bytes;
            plannedBatch = account.batch;
        }
        part.bytes = planBytes;
        part.formula = say("the memory plan of this model's graph for {} tokens at once", batch);
        part.assumptions.push_back(say("values share memory when their lives do not meet"));
        return part;
    }
    // Memory sheet § 3, without the term of the logits: they are counted as output.
    part.estimated = true;
    part.bytes = roundedBytes(1.1 * 4 * static_cast<double>(batch) *
                              (2.0 * static_cast<double>(shape.feedForward) + 6.0 * static_cast<double>(shape.embedding) + account.context / 8.0));
    part.formula = say("1.1 × 4 bytes × {} tokens × (2 × {} + 6 × {} + {} / 8)", batch, shape.feedForward, shape.embedding, account.context);
    part.assumptions.push_back(guessed());
    return part;
}

Part ModelMemory::State::scratch(const Situation& s, const Account& account) const
{
    Part part;
    part.group = Group::Compute;
    part.id = "compute.scratch";
    part.name = "compute: scratch of the kernels";
    if (why.empty()) {
        part.bytes = cpu::scratchBytes(graph, {.tokens = account.batch, .context = account.context, .sequences = s.users, .key = toBackend(s.key), .value = toBackend(s.value)},
                                       account.threads);
        part.formula = account.threads == 1
                           ? say("the most that any operation needs for {} tokens at position {} on 1 thread", account.batch, account.context)
                           : say("the most that any operation needs for {} tokens at position {} on {} threads", account.batch, account.context, account.threads);
        part.assumptions.push_back(say("operations run one after the other and share it"));
    } else {
        part.estimated = true;
        part.bytes = product({static_cast<std::uint64_t>(account.batch), std::max(shape.embedding, shape.feedForward), 9}) / 8;
        part.formula = say("{} tokens × {} values × 9/8 bytes: activations rounded to 8 bits", account.batch, std::max(shape.embedding, shape.feedForward));
        part.assumptions.push_back(guessed());
    }
    return part;
}

std::vector<Part> ModelMemory::State::outputParts(const Situation& s) const
{
    Part logits, candidates;
    logits.group = candidates.group = Group::Output;
    logits.id = "output.logits";
    logits.name = "output: logits";
    const auto users = static_cast<std::uint64_t>(s.users);
    logits.bytes = product({users, shape.vocabulary, sizeof(float)});
    logits.formula = s.users > 1 ? say("{} users × {} tokens × {} bytes", users, shape.vocabulary, sizeof(float)) : say("1 position × {} tokens × 4 bytes", shape.vocabulary);
    logits.assumptions.push_back(say("generation wants the logits of the last position only; measuring perplexity wants more"));
    candidates.id = "output.candidates";
    candidates.name = "output: candidates of the sampler";
    candidates.bytes = product({users, shape.vocabulary, kCandidateBytes});
    candidates.formula = s.users > 1 ? say("{} users × {} tokens × {} bytes", users, shape.vocabulary, kCandidateBytes)
                                     : say("{} tokens × {} bytes", shape.vocabulary, kCandidateBytes);
    candidates.assumptions.push_back(say("the sampler looks at the whole vocabulary"));
    return {logits, candidates};
}

std::vector<Part> ModelMemory::State::programParts(const Situation& s) const
{
    Part metadata, tokenizer, program;
    metadata.group = tokenizer.group = program.group = Group::Program;
    metadata.id = "program.metadata";
    metadata.name = "program: metadata";
    metadata.bytes = sum({shape.metadataBytes, shape.headerBytes});
    metadata.formula = say("{} bytes of headers in the files, {} once read", shape.headerBytes, shape.metadataBytes);
    tokenizer.id = "program.tokenizer";
    tokenizer.name = "program: tokenizer";
    tokenizer.bytes = sum({product({shape.vocabulary, kTokenBytes}), product({shape.merges, kMergeBytes})});
    tokenizer.formula = say("{} tokens × {} bytes + {} merges × {} bytes", shape.vocabulary, kTokenBytes, shape.merges, kMergeBytes);
    tokenizer.assumptions.push_back(say("measured averages"));
    tokenizer.estimated = true;
    program.id = "program.code";
    program.name = "program: code and libraries";
    program.bytes = s.programBytes > 0 ? s.programBytes : kProgramBytes;
    program.formula = s.programBytes > 0 ? say("measured: this program before it loads a model") : say("measured: a bare program with this engine");
    program.estimated = true;
    return {metadata, tokenizer, program};
}

ModelMemory::ModelMemory(std::shared_ptr<const gguf::File> file) : m_state(std::make_unique<State>())
{
    State& s = *m_state;
    s.shape = shapeOf(*file);
    s.file = std::move(file);
    if (auto loaded = model::loadModel(s.file)) {
        s.loaded = std::move(*loaded);
        s.graph = s.loaded.model->write({.contextLength = s.loaded.config.context});
        s.memories.assign(s.graph.cache.size(), Memory::Full);
        for (const graph::Node& node : s.graph.nodes)
            if (const auto* attention = std::get_if<graph::Attention>(&node.op); attention && attention->window > 0)
                s.memories[static_cast<std::size_t>(attention->layer)] = Memory::Window;
    } else {
        s.why = loaded.error().message;
    }
    if (!s.file->tensor("output.weight"))
        if (const auto* table = s.file->tensor("token_embd.weight")) s.tiedOutput = table->bytes;
    s.layerWeights.assign(s.blocks() + 1, 0);
    for (const TensorSize& tensor : s.shape.tensors)
        if (const std::size_t place = s.placeOf(tensor); place < s.layerWeights.size()) s.layerWeights[place] += tensor.bytes;
    s.layerWeights.back() += s.tiedOutput;
}

ModelMemory::~ModelMemory() = default;
ModelMemory::ModelMemory(ModelMemory&&) noexcept = default;
ModelMemory& ModelMemory::operator=(ModelMemory&&) noexcept = default;

const ModelShape& ModelMemory::shape() const { return m_state->shape; }
const std::string& ModelMemory::whyEstimated() const { return m_state->why; }
int ModelMemory::placeableLayers() const { return static_cast<int>(m_state->blocks()) + 1; }

std::size_t ModelMemory::deviceOf(const TensorSize& tensor, const Account& account) const
{
    const std::size_t place = m_state->placeOf(tensor);
    return place < account.places.size() ? static_cast<std::size_t>(account.places[place] + 1) : 0;
}

Result<Account> ModelMemory::account(const Situation& s)
{
    if (s.context < 0 || s.batch < 1 || s.threads < 0 || s.users < 1)
        return fail(ErrorCode::InvalidArgument, "context {}, batch {}, {} threads and {} users make no session", s.context, s.batch, s.threads, s.users);
    State& state = *m_state;
    Account account;
    account.key = s.key;
    account.value = s.value;
    account.estimated = !state.why.empty();
    const auto trained = static_cast<int>(std::min<std::uint64_t>(state.shape.trainingContext, std::numeric_limits<int>::max()));
    account.context = s.context > 0 ? s.context : std::max(1, generate::defaultContext(trained));
    account.batch = std::min(s.batch, account.context);
    account.threads = s.threads > 0 ? s.threads : physicalCores();

    auto caches = state.caches(s, account);
    if (!caches) return std::unexpected(caches.error());
    for (LayerCache& cache : *caches) cache.bytes = product({cache.bytes, static_cast<std::uint64_t>(s.users)});
    const Part activations = state.activations(account);

    std::vector<std::uint64_t> layerBytes = state.layerWeights;
    for (std::size_t il = 0; il < caches->size() && il + 1 < layerBytes.size(); ++il) layerBytes[il] = sum({layerBytes[il], (*caches)[il].bytes});
    if (s.places.size() == layerBytes.size() && !s.gpus.empty()) {
        account.places = s.places;
        account.gpuLayers = static_cast<int>(std::ranges::count_if(s.places, [](int place) { return place >= 0; }));
    } else {
        std::vector<generate::DeviceRoom> rooms;
        for (const Device& gpu : s.gpus) rooms.push_back({.free = gpu.free, .fixed = sum({s.gpuReserve, activations.bytes})});
        account.gpuLayers = s.gpus.empty()     ? 0
                            : s.gpuLayers < 0 ? generate::gpuLayersThatFit(layerBytes, rooms)
                                              : std::min(s.gpuLayers, placeableLayers());
        account.places = generate::placeLayers(layerBytes.size(), account.gpuLayers, rooms);
    }
    const std::vector<int>& places = account.places;

    const auto append = [](std::vector<Part>& parts, std::vector<Part> more) { std::ranges::move(more, std::back_inserter(parts)); };
    for (int device = -1; device < static_cast<int>(s.gpus.size()); ++device) {
        DeviceAccount& d = account.devices.emplace_back();
        d.device = device < 0 ? s.host : s.gpus[static_cast<std::size_t>(device)];
        d.layers = static_cast<int>(std::ranges::count(places, device));
        append(d.parts, state.weightParts(places, device));
        append(d.parts, state.cacheParts(*caches, places, device, s));
        if (device < 0) {
            d.parts.push_back(activations);
            d.parts.push_back(state.scratch(s, account));
            append(d.parts, state.outputParts(s));
            append(d.parts, state.programParts(s));
        } else if (d.layers > 0) {
            Part& compute = d.parts.emplace_back(activations);
            compute.estimated = true;
            compute.assumptions.push_back(say("as large as on the host"));
        }
    }
    return account;
}

} // namespace corral::memory
