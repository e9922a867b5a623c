#pragma once
// Machines to look at: for `--fake-engine`, pictures and tests. Copies are the same machine.
#include "app/devices/device_probe.h"
#include "core/engine/engine.h"

#include <atomic>
#include <memory>

namespace corral::app {

class ScriptedDevices {
public:
    enum Machine {
        NoVulkan,
        Laptop,    // a card, one in the processor, a software device
        Integrated, // the one in the processor alone
        SmallCard, // one card, with little of its memory free
        TwoCards,  // a large one and that one
        LongNames, // two cards behind two drivers, none of them to be used but the first
        Software,  // nothing but that
        Broken,    // looking fails
    };
    explicit ScriptedDevices(Machine machine = NoVulkan) : m_machine(std::make_shared<std::atomic<Machine>>(machine)) {}

    void set(Machine machine) { *m_machine = machine; }
    DeviceProbe probe() const;
    // What an engine would make of a wish, for a model of so many layers (the output counted).
    generate::Placement place(const generate::Offload& wish, int modelLayers) const;

private:
    static Result<std::vector<vulkan::DeviceInfo>> listOf(Machine machine);

    std::shared_ptr<std::atomic<Machine>> m_machine;
};

} // namespace corral::app
