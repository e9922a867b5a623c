#include "core/generate/layer_places.h"

#include <algorithm>

namespace corral::generate {

namespace {

// Sizes come from strangers' files: the largest number stands for everything beyond.
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return a + b < a ? ~std::uint64_t(0) : a + b; }

} // namespace

std::vector<int> placeLayers(std::size_t layers, int gpuLayers, std::span<const DeviceRoom> devices)
{
    std::vector<int> places(layers, -1);
    const std::size_t n = devices.empty() ? 0 : std::min(layers, static_cast<std::size_t>(std::max(gpuLayers, 0)));
    // A device that is full without any layer gets none.
    const auto room = [&](std::size_t d) { return devices[d].free > devices[d].fixed ? static_cast<double>(devices[d].free) : 0; };
    double all = 0;
    for (std::size_t d = 0; d < devices.size(); ++d) all += room(d);
    for (std::size_t j = 0; j < n; ++j) {
        // The first device whose cumulative share exceeds j / n.
        std::size_t d = 0;
        double share = all > 0 ? room(0) / all : 1;
        while (d + 1 < devices.size() && share <= static_cast<double>(j) / static_cast<double>(n)) share += room(++d) / all;
        places[layers - n + j] = static_cast<int>(d);
    }
    return places;
}

int gpuLayersThatFit(std::span<const std::uint64_t> layerBytes, std::span<const DeviceRoom> devices)
{
    for (auto n = static_cast<int>(layerBytes.size()); n > 0; --n) {
        std::vector<std::uint64_t> used(devices.size());
        const auto places = placeLayers(layerBytes.size(), n, devices);
        for (std::size_t layer = 0; layer < places.size(); ++layer) {
            if (places[layer] < 0) continue;
            std::uint64_t& bytes = used[static_cast<std::size_t>(places[layer])];
            bytes = sum(bytes, layerBytes[layer]);
        }
        bool fits = !devices.empty();
        for (std::size_t d = 0; d < devices.size(); ++d) fits = fits && (used[d] == 0 || sum(used[d], devices[d].fixed) <= devices[d].free);
        if (fits) return n;
    }
    return 0;
}

} // namespace corral::generate
