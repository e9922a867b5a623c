#pragma once
// Which layers lie on which device (memory sheet § 4). Layers are the blocks in their order and the output layer as the last one; devices
// are counted from 0, and −1 is the host. Pure arithmetic: the sizes come from an account, the free bytes from whoever knows the devices.
#include <cstdint>
#include <span>
#include <vector>

namespace corral::generate {

struct DeviceRoom {
    std::uint64_t free = 0;  // bytes it can give
    std::uint64_t fixed = 0; // of them taken as soon as one layer lies there: buffers, and what has to stay free
};

// The last gpuLayers layers on the devices, each with a share of them as its free bytes have in all free bytes; the others on the host.
std::vector<int> placeLayers(std::size_t layers, int gpuLayers, std::span<const DeviceRoom> devices);

// The most layers that placeLayers() can put on the devices without any of them being overfull. layerBytes: weights and cache of each layer.
int gpuLayersThatFit(std::span<const std::uint64_t> layerBytes, std::span<const DeviceRoom> devices);

} // namespace corral::generate
