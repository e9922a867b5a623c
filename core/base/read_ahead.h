#pragma once
#include <cstddef>
#include <span>
#include <stop_token>

namespace corral {

// Brings mapped pages of a file into memory and into this process before they are used, in the file's order; afterwards they are resident.
// Blocks while the disk reads; returns early when stopped. Does nothing where the system has no way to do so.
void readAhead(std::span<const std::byte> mapped, const std::stop_token& stop);

} // namespace corral
