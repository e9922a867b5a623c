#pragma once
// The exact account of a model file: what it takes in memory for a context, a batch and a cache type, by device and kind.
//
//   auto model = memory::ModelMemory::of(file);                     // any file of a set, or only a header: gguf::File::parseHeader()
//   auto account = model.account({.context = 8192});                // again and again, as sliders move: well below a millisecond
//   for (const memory::DeviceAccount& device : account->devices) device.total();
//
// Weights are the file's bytes. Cache and compute buffers are those the CPU backend allocates, by its own functions: its cache keeps every
// position of every layer, windows or not. Where the engine does not run the architecture, the memory sheet's formulas (§ 2, § 3) stand in.
#include "core/base/error.h"
#include "core/generate/session.h"
#include "core/memory/quantity.h"
#include "core/memory/shape.h"

#include <memory>

namespace corral::memory {

enum class Group { Weights, Cache, Compute, Output, Program };
inline constexpr Group kGroups[] = {Group::Weights, Group::Cache, Group::Compute, Group::Output, Group::Program};

struct Device {
    std::string name = "CPU";
    std::uint64_t capacity = 0; // bytes it has; 0: unknown
    std::uint64_t free = 0;     // bytes it can give; 0: unknown
};

struct Situation {
    int context = 0; // positions; 0: as a session chooses (generate::defaultContext)
    int batch = 512; // most tokens computed at once
    int threads = 0; // 0: physical cores
    int users = 1;   // served at once, each with a context of its own; they take turns in one batch
    generate::CacheType key = generate::CacheType::F16, value = generate::CacheType::F16;
    Device host;
    std::vector<Device> gpus;                          // with their free bytes
    int gpuLayers = -1;                                // −1: as many as fit
    std::vector<int> places = {};                      // as generate::planLayers() has them, instead of gpuLayers; empty: by that
    std::uint64_t gpuReserve = std::uint64_t(1) << 30; // stays free on every GPU (memory sheet § 5)
    std::uint64_t programBytes = 0;                    // what the program takes before it loads anything; 0: kProgramBytes
};
// Measured: the engine in a bare program, before it opens a file.
inline constexpr std::uint64_t kProgramBytes = 6'000'000;

struct Part : Quantity {
    Group group = Group::Weights;
};

struct DeviceAccount {
    Device device;
    int layers = 0; // that lie there; the output layer counts as one
    std::vector<Part> parts;
    std::uint64_t bytes(Group group) const;
    std::uint64_t total() const;
};

struct Account {
    int context = 0, batch = 0, threads = 0, gpuLayers = 0; // as they turned out
    generate::CacheType key = generate::CacheType::F16, value = generate::CacheType::F16;
    bool estimated = false;             // the engine does not run this model: cache and compute are formulas
    std::vector<DeviceAccount> devices; // the host first
    std::vector<int> places;            // by layer, the output layer last: −1 the host, else the GPU's number
    std::uint64_t bytes(Group group) const;
    std::uint64_t total() const;
    Quantity weights() const; // in one: what rules and deployment go out from
};

class ModelMemory {
public:
    explicit ModelMemory(std::shared_ptr<const gguf::File> file);
    ~ModelMemory();
    ModelMemory(ModelMemory&&) noexcept;
    ModelMemory& operator=(ModelMemory&&) noexcept;

    const ModelShape& shape() const;
    // Why cache and compute can only be estimated, in the engine's words; empty if they are exact.
    const std::string& whyEstimated() const;
    // Blocks and the output layer: what a GPU could take over.
    int placeableLayers() const;
    // The index in account.devices of the one a tensor lies on. A tied output matrix on a GPU is a copy, which its account counts.
    std::size_t deviceOf(const TensorSize& tensor, const Account& account) const;

    // Unsupported if the cache type does not go with the model's heads, InvalidArgument for numbers that make no session. Remembers the plan of
    // the last batch size: one thread at a time.
    Result<Account> account(const Situation& situation);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace corral::memory
