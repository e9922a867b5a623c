#pragma once
// The graphics devices of this machine, what they can do, and why one of them is not for computing. No Vulkan type shows here.
#include "core/base/error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace corral::vulkan {

enum class DeviceType { Discrete, Integrated, Virtual, Software, Other };
const char* toString(DeviceType type); // "discrete", …

struct DeviceInfo {
    std::string id; // 32 hexadecimal digits of the driver's UUID for it: stays the same when cards are added
    std::string name;
    std::string driver;  // "Mesa 25.0.7"
    std::string version; // of Vulkan: "1.4.305"
    std::uint32_t vendor = 0; // PCI's number, or Khronos's
    DeviceType type = DeviceType::Other;

    std::uint64_t memory = 0;     // bytes of the largest heap it calls its own
    std::uint64_t freeMemory = 0; // what this process may still take of it; 0: the driver does not tell
    bool unified = false;         // it shares the machine's memory
    std::uint64_t largestBinding = 0; // bytes one shader argument may span
    std::uint64_t largestAllocation = 0; // bytes one buffer may have
    std::uint32_t sharedMemory = 0; // bytes of a workgroup
    std::uint32_t workgroup = 0;    // most invocations
    std::uint32_t subgroup = 0, smallestSubgroup = 0, largestSubgroup = 0; // invocations; the last two 0: not told

    bool storage8 = false, storage16 = false; // bytes and halves in buffers
    bool float16 = false, int8 = false;       // computing with them
    bool integerDot = false;                  // dot products of four bytes in hardware
    bool cooperativeMatrix = false;           // VK_KHR_cooperative_matrix

    std::string unusable; // why it is not computed on; empty: it can be
};

// All of them, best first: discrete before integrated before the others, more memory before less; those that are not usable last.
// Unsupported: no Vulkan here (instance.h), or Corral was built without it.
Result<std::vector<DeviceInfo>> devices();

} // namespace corral::vulkan
