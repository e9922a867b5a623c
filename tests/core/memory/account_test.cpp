// The account of a file against what the engine really allocates for it.
#include "core/memory/account.h"

#include "core/memory/deployment.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <chrono>
#include <gmock/gmock.h>
#include <random>

namespace corral::memory {
namespace {

using generate::CacheType;
using test::TempDir;
using testing::HasSubstr;

std::shared_ptr<const gguf::File> opened(const std::filesystem::path& path)
{
    auto file = gguf::File::open(path);
    if (!file) return ADD_FAILURE() << file.error().message, nullptr;
    return *file;
}

Situation at(int context, CacheType type = CacheType::F16, int batch = 512, int threads = 2)
{
    Situation s;
    s.context = context;
    s.key = s.value = type;
    s.batch = batch;
    s.threads = threads;
    return s;
}

// What a session allocates must be what the account says, to the byte.
void expectAsAllocated(const std::filesystem::path& path, const Situation& s)
{
    const auto file = opened(path);
    ASSERT_TRUE(file);
    const auto model = generate::LoadedModel::load(file);
    ASSERT_TRUE(model) << model.error().message;
    generate::SessionOptions options;
    options.contextLength = s.context;
    options.batch = s.batch;
    options.threads = s.threads;
    options.cacheK = s.key;
    options.cacheV = s.value;
    const auto session = generate::Session::create(*model, options);
    ModelMemory memory(file);
    EXPECT_EQ(memory.whyEstimated(), "");
    const auto account = memory.account(s);
    ASSERT_EQ(session.has_value(), account.has_value()) << path;
    if (!session) {
        EXPECT_EQ(session.error().message, account.error().message);
        return;
    }
    EXPECT_EQ(account->bytes(Group::Weights), (*model)->weightBytes());
    EXPECT_EQ(account->bytes(Group::Cache), (*session)->cacheBytes()) << path << " " << s.context;
    EXPECT_EQ(account->bytes(Group::Compute), (*session)->computeBytes()) << path << " " << s.context << " " << s.batch;
    EXPECT_EQ(account->context, (*session)->contextLength());
    EXPECT_EQ(account->threads, (*session)->threads());
    EXPECT_FALSE(account->estimated);
    std::uint64_t sum = 0;
    for (const Part& part : account->devices.front().parts) {
        EXPECT_FALSE(part.name.empty());
        EXPECT_FALSE(part.formula.empty()) << part.id;
        sum += part.bytes;
    }
    EXPECT_EQ(account->total(), sum);
}

TEST(Account, IsWhatASessionAllocates)
{
    const TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    for (const int context : {1, 16, 100, 256, 4096})
        for (const int batch : {1, 7, 64, 512}) expectAsAllocated(dir / "tiny.gguf", at(context, CacheType::F16, batch));
    expectAsAllocated(dir / "tiny.gguf", at(256, CacheType::F32, 512, 1));
    expectAsAllocated(dir / "tiny.gguf", at(256, CacheType::Q8_0)); // heads of 8 values: both refuse, in the same words
    expectAsAllocated(dir / "tiny.gguf", at(0));                     // the same context of its own choice
}

TEST(Account, IsWhatASessionAllocatesForEveryArchitecture)
{
    CORRAL_NEEDS_SHARED("golden/models");
    for (const char* name : {"llama", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3", "smollm3"}) {
        const auto path = test::sharedPath(std::string("golden/models/") + name + ".gguf");
        if (!std::filesystem::exists(path)) continue;
        for (const CacheType type : {CacheType::F16, CacheType::F32, CacheType::Q8_0})
            for (const int context : {64, 512}) expectAsAllocated(path, at(context, type));
    }
}

TEST(Account, OfAHeaderAloneIsTheSame)
{
    const auto bytes = test::TinyModel{}.builder().build();
    const auto whole = gguf::File::parse(bytes);
    ASSERT_TRUE(whole);
    const std::vector<std::byte> start(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>((*whole)->shards().front().dataStart));
    const auto header = gguf::File::parseHeader(start, bytes.size());
    ASSERT_TRUE(header && header->file);
    ModelMemory a(*whole), b(header->file);
    const auto full = a.account(at(200)), early = b.account(at(200));
    ASSERT_TRUE(full && early);
    EXPECT_EQ(b.whyEstimated(), "");
    for (const Group group : kGroups) EXPECT_EQ(full->bytes(group), early->bytes(group));
    EXPECT_FALSE(generate::LoadedModel::load(header->file)) << "nothing to run there";
}

TEST(Account, SumsTensorsByRole)
{
    const TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf"); // D 32, F 48, H 4, G 2, L 2, V 282, f32
    ModelMemory memory(opened(dir / "tiny.gguf"));
    const auto account = memory.account(at(64));
    ASSERT_TRUE(account);
    std::map<std::string, std::uint64_t> parts;
    for (const Part& part : account->devices.front().parts) parts[part.id] = part.bytes;
    const std::uint64_t v = memory.shape().vocabulary;
    EXPECT_EQ(parts["weights.embedding"], 32 * v * 4);
    EXPECT_EQ(parts["weights.output"], 32 * v * 4);
    EXPECT_EQ(parts["weights.attention"], 2 * (32 * 32 * 2 + 32 * 16 * 2) * 4);
    EXPECT_EQ(parts["weights.feed_forward"], 2 * 3 * 32 * 48 * 4);
    EXPECT_EQ(parts["weights.norms"], 5 * 32 * 4);
    EXPECT_EQ(parts["cache.full"], 2 * 2 * 64 * 16 * 2) << "layers × (keys and values) × positions × values × bytes";
    EXPECT_EQ(parts["output.logits"], v * 4);
}

TEST(Account, RolesOfTensors)
{
    EXPECT_EQ(roleOf("token_embd.weight"), Role::Embedding);
    EXPECT_EQ(roleOf("per_layer_token_embd.weight"), Role::Embedding);
    EXPECT_EQ(roleOf("token_embd_norm.weight"), Role::Norm);
    EXPECT_EQ(roleOf("output_norm.weight"), Role::Norm);
    EXPECT_EQ(roleOf("output.weight"), Role::Output);
    EXPECT_EQ(roleOf("blk.12.attn_q.bias"), Role::Attention);
    EXPECT_EQ(roleOf("blk.12.attn_q_norm.weight"), Role::Norm);
    EXPECT_EQ(roleOf("blk.0.attn_output.weight"), Role::Attention);
    EXPECT_EQ(roleOf("blk.0.ffn_down_exps.weight"), Role::Experts);
    EXPECT_EQ(roleOf("blk.0.ffn_gate_inp.weight"), Role::Experts);
    EXPECT_EQ(roleOf("blk.0.ffn_down_shexp.weight"), Role::FeedForward);
    EXPECT_EQ(roleOf("blk.0.ssm_in.weight"), Role::Recurrent);
    EXPECT_EQ(roleOf("rope_freqs.weight"), Role::Other);
    EXPECT_EQ(layerOf("blk.12.attn_q.bias"), 12);
    for (const char* none : {"token_embd.weight", "blk.", "blk.x.a", "blk.-1.a", "blk.3", "blk.99999999999.a"}) EXPECT_EQ(layerOf(none), -1) << none;
}

// An architecture nobody has heard of, with the keys that the formulas want.
test::GgufBuilder unknownModel(const std::string& extra = {})
{
    test::GgufBuilder b;
    b.string("general.architecture", "newest").u32("newest.context_length", 4096).u32("newest.embedding_length", 64).u32("newest.block_count", 2);
    b.u32("newest.feed_forward_length", 128).u32("newest.attention.head_count", 4).u32("newest.attention.head_count_kv", 2);
    if (extra == "window") b.u32("newest.attention.sliding_window", 512).u32("newest.attention.sliding_window_pattern", 2);
    if (extra == "latent") b.u32("newest.attention.kv_lora_rank", 32).u32("newest.rope.dimension_count", 8);
    b.tensorF32("token_embd.weight", {64, 10}, std::vector<float>(640));
    for (const char* layer : {"blk.0.", "blk.1."}) {
        const std::string name(layer);
        if (extra == "latent") {
            b.tensorF32(name + "attn_kv_a_mqa.weight", {64, 40}, std::vector<float>(64 * 40));
            b.tensorF32(name + "attn_k_b.weight", {64, 4}, std::vector<float>(64 * 4));
        } else {
            b.tensorF32(name + "attn_k.weight", {64, 32}, std::vector<float>(64 * 32));
        }
    }
    return b;
}

TEST(Account, EstimatesWhatTheEngineDoesNotRun)
{
    const auto account = [](const std::string& extra, int context) {
        const auto bytes = unknownModel(extra).build();
        const auto file = gguf::File::parse(bytes);
        ModelMemory memory(*file);
        EXPECT_THAT(memory.whyEstimated(), HasSubstr("newest"));
        auto result = memory.account(at(context));
        EXPECT_TRUE(result && result->estimated);
        return *result;
    };
    // 2 layers × (32 + 32) values × 2 bytes a position; positions in steps of 256.
    EXPECT_EQ(account("", 1000).bytes(Group::Cache), 1024u * 2 * 64 * 2);
    EXPECT_EQ(account("window", 4096).bytes(Group::Cache), (4096u + 1024u) * 64 * 2) << "every second layer keeps 512 + 512";
    EXPECT_EQ(account("latent", 1024).bytes(Group::Cache), 1024u * 2 * 40 * 2) << "rank and rotated part, no values";
    EXPECT_EQ(account("", 1000).bytes(Group::Weights), (640u + 2 * 64 * 32) * 4);
    const Account guessed = account("", 1000);
    for (const Part& part : guessed.devices.front().parts)
        if (part.group == Group::Cache || part.group == Group::Compute) {
            EXPECT_TRUE(part.estimated);
            EXPECT_THAT(part.assumptions, testing::Contains(testing::Property(&Words::text, HasSubstr("newest"))));
        }
}

TEST(Account, SplitsOverDevices)
{
    const TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    ModelMemory memory(opened(dir / "tiny.gguf"));
    ASSERT_EQ(memory.placeableLayers(), 3);
    Situation s = at(256);
    const auto alone = memory.account(s);
    ASSERT_TRUE(alone);
    s.gpus.push_back({.name = "GPU", .capacity = 1 << 30, .free = 1 << 30});
    s.gpuReserve = 0;
    for (int n = 0; n <= 3; ++n) {
        s.gpuLayers = n;
        const auto account = memory.account(s);
        ASSERT_TRUE(account);
        EXPECT_EQ(account->gpuLayers, n);
        EXPECT_EQ(account->devices[1].layers, n);
        EXPECT_EQ(account->bytes(Group::Weights), alone->bytes(Group::Weights)) << "an output matrix of its own: nothing is there twice";
        EXPECT_EQ(account->bytes(Group::Cache), alone->bytes(Group::Cache));
        EXPECT_EQ(account->devices[1].bytes(Group::Cache), alone->bytes(Group::Cache) / 2 * static_cast<unsigned>(std::max(n - 1, 0)));
        EXPECT_EQ(account->devices[1].bytes(Group::Compute) > 0, n > 0);
        std::uint64_t there = 0;
        for (const TensorSize& tensor : memory.shape().tensors)
            if (memory.deviceOf(tensor, *account) == 1) there += tensor.bytes;
        EXPECT_EQ(there, account->devices[1].bytes(Group::Weights));
    }
    s.gpuLayers = -1;
    EXPECT_EQ(memory.account(s)->gpuLayers, 3) << "all fit";
    s.gpus[0].free = 1000;
    EXPECT_EQ(memory.account(s)->gpuLayers, 0) << "no layer fits";
}

TEST(Account, RefusesWhatMakesNoSession)
{
    const TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    ModelMemory memory(opened(dir / "tiny.gguf"));
    EXPECT_FALSE(memory.account(at(-1)));
    EXPECT_FALSE(memory.account(at(64, CacheType::F16, 0)));
    EXPECT_FALSE(memory.account(at(64, CacheType::F16, 1, -2)));
}

// Headers come from strangers: whatever they say, there is an account or an error.
TEST(Account, SurvivesMutatedHeaders)
{
    std::mt19937 random(20261123);
    const std::vector<std::vector<std::byte>> files{test::TinyModel{}.builder().build(), unknownModel().build(), unknownModel("window").build(), unknownModel("latent").build()};
    int accounts = 0;
    for (int i = 0; i < 4000; ++i) {
        auto bytes = files[static_cast<std::size_t>(i) % files.size()];
        const auto whole = gguf::File::parse(bytes);
        const auto header = static_cast<std::uint32_t>((*whole)->shards().front().dataStart);
        for (unsigned changes = 1 + random() % 3; changes > 0; --changes) bytes[random() % header] = static_cast<std::byte>(random());
        const auto file = gguf::File::parseHeader(std::span(bytes).first(header), bytes.size());
        if (!file || !file->file) continue;
        ModelMemory memory(file->file);
        for (const Situation& s : {at(0), at(1 << 20, CacheType::Q8_0, 1 << 20)})
            if (const auto account = memory.account(s)) accounts += account->total() > 0;
    }
    EXPECT_GT(accounts, 1000);
}

TEST(Account, IsQuickEnoughForSliders)
{
    const auto path = test::starterModel();
    if (path.empty()) GTEST_SKIP() << "no starter model here";
    ModelMemory memory(opened(path));
    const auto seconds = [&](auto&& change) {
        double best = 1e9; // of several: the machine is shared
        for (int i = 0; i < 10; ++i) {
            const Situation s = change(i);
            const auto start = std::chrono::steady_clock::now();
            EXPECT_TRUE(memory.account(s));
            best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        }
        return best;
    };
    const double context = seconds([](int i) { return at(1024 * (i + 1)); });
    const double batch = seconds([](int i) { return at(4096, CacheType::F16, 64 * (i + 1)); });
    RecordProperty("context_us", static_cast<int>(context * 1e6));
    RecordProperty("batch_us", static_cast<int>(batch * 1e6));
#ifdef NDEBUG
    EXPECT_LT(context, 0.004);
    EXPECT_LT(batch, 0.016);
#endif
}

TEST(Deployment, CountsTheCacheForEveryUser)
{
    const TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    ModelMemory memory(opened(dir / "tiny.gguf"));
    const auto account = memory.account(at(128));
    ASSERT_TRUE(account);
    EXPECT_EQ(deploymentMemory(*account, 1).total(), account->total());
    const DeploymentMemory many = deploymentMemory(*account, 10);
    EXPECT_EQ(many.cache.bytes, 10 * account->bytes(Group::Cache));
    EXPECT_EQ(many.weights.bytes, account->bytes(Group::Weights));
    EXPECT_EQ(many.total(), account->total() + 9 * (account->bytes(Group::Cache) + account->bytes(Group::Output)));
    Situation ten = at(128);
    ten.users = 10;
    const auto served = memory.account(ten);
    ASSERT_TRUE(served);
    const auto scratch = [](const Account& of) {
        const auto& parts = of.devices.front().parts;
        return std::ranges::find(parts, std::string("compute.scratch"), &Part::id)->bytes;
    };
    EXPECT_EQ(served->total() - scratch(*served), many.total() - scratch(*account)) << "the same, by device, but for sequences that compute together";
    EXPECT_GE(scratch(*served), scratch(*account));
}

} // namespace
} // namespace corral::memory
