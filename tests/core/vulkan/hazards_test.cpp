#include "core/backend/vulkan/hazards.h"

#include <gtest/gtest.h>

namespace corral::vulkan {
namespace {

TEST(Hazards, WhatMustWait)
{
    const Touched writes{.reads = {{0, 64}}, .writes = {{64, 128}}};
    EXPECT_TRUE(writes.meets({.reads = {{100, 140}}, .writes = {}})) << "reads what was written";
    EXPECT_TRUE(writes.meets({.reads = {}, .writes = {{120, 200}}})) << "writes it again";
    EXPECT_TRUE(writes.meets({.reads = {}, .writes = {{60, 64}}})) << "writes what is read";
    EXPECT_FALSE(writes.meets({.reads = {{0, 64}}, .writes = {{128, 192}}})) << "reads the same, writes behind it";
    EXPECT_FALSE(writes.meets({.reads = {{128, 128}}, .writes = {{64, 64}}})) << "touches nothing";
}

TEST(Hazards, Gather)
{
    Touched pending;
    pending.add({.reads = {}, .writes = {{0, 4}}});
    pending.add({.reads = {{8, 12}}, .writes = {}});
    EXPECT_TRUE(pending.meets({.reads = {{0, 1}}, .writes = {}}));
    EXPECT_TRUE(pending.meets({.reads = {}, .writes = {{11, 12}}}));
    pending.clear();
    EXPECT_FALSE(pending.meets({.reads = {{0, 1}}, .writes = {{11, 12}}}));
}

} // namespace
} // namespace corral::vulkan
