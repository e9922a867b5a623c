// Slots' files beside the answers: on the scheduler's thread nothing waits for the disk.
#include "core/engine/slot_changes.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gtest/gtest.h>

#include <fstream>

namespace corral::engine {
namespace {

using generate::Outcome;
using generate::Scheduler;
using generate::Task;
using generate::TaskId;

// The scheduler's thread is the test's, and what is posted to it waits until the test asks for it.
class SlotChangesTest : public testing::Test {
protected:
    void SetUp() override
    {
        test::TinyModel{}.write(dir / "tiny.gguf");
        const auto file = gguf::File::open(dir / "tiny.gguf");
        ASSERT_TRUE(file);
        tokenizer = *text::Tokenizer::load(**file);
        auto sequences = generate::Sequences::create(*generate::LoadedModel::load(*file), {.contextLength = 64, .threads = 1}, 2);
        ASSERT_TRUE(sequences) << sequences.error().message;
        scheduler = std::make_unique<Scheduler>(std::move(*sequences), tokenizer);
        changes = std::make_unique<SlotChanges>(*scheduler, [this](std::function<void()> job) {
            const std::lock_guard lock(mutex);
            posted.push_back(std::move(job));
            came.notify_all();
        });
    }
    void answer(int slot, int tokens = 5)
    {
        Task task{.prompt = tokenizer->encode("hello world", {}), .options = {}, .callbacks = {}, .onEnd = [this](TaskId, Result<Outcome> outcome) { answers += outcome.has_value(); }, .slot = slot};
        task.options.sampling.temp = 0;
        task.options.sampling.ignoreEos = true;
        task.options.maxTokens = tokens;
        scheduler->submit(++lastId, std::move(task));
    }
    void finishAll()
    {
        while (!scheduler->idle()) scheduler->step();
    }
    void change(int slot, SlotAction action, const std::string& file)
    {
        changes->add(slot, action, dir / file, [this](Result<SlotChange> changed) { ends.push_back(std::move(changed)); });
    }
    void waitForPost()
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(came.wait_for(lock, std::chrono::seconds(60), [this] { return !posted.empty(); }));
    }
    bool runPosted() // one of them
    {
        std::function<void()> job;
        {
            const std::lock_guard lock(mutex);
            if (posted.empty()) return false;
            job = std::move(posted.front());
            posted.pop_front();
        }
        job();
        return true;
    }
    void untilEnds(std::size_t count)
    {
        while (ends.size() < count) {
            waitForPost();
            ASSERT_TRUE(runPosted());
        }
    }

    test::TempDir dir;
    std::shared_ptr<const text::Tokenizer> tokenizer;
    std::unique_ptr<Scheduler> scheduler;
    std::mutex mutex;
    std::condition_variable came;
    std::deque<std::function<void()>> posted;
    std::vector<Result<SlotChange>> ends;
    int answers = 0;
    TaskId lastId = 0;
    std::unique_ptr<SlotChanges> changes; // last: its thread posts
};

TEST_F(SlotChangesTest, ASlotIsFreeWhileItIsWritten)
{
    answer(0);
    finishAll();
    const int held = scheduler->slotStates()[0].cachedTokens;
    change(0, SlotAction::Save, "talk");
    EXPECT_TRUE(ends.empty()) << "the disk was not waited for";
    answer(0, 20); // the same slot goes on
    answer(1, 20);
    finishAll();
    EXPECT_EQ(answers, 3);
    EXPECT_TRUE(ends.empty());
    untilEnds(1);
    ASSERT_TRUE(ends[0]) << ends[0].error().message;
    EXPECT_EQ(ends[0]->tokens, held) << "as it was when it was asked for";
    EXPECT_EQ(ends[0]->bytes, std::filesystem::file_size(dir / "talk"));
    EXPECT_GT(ends[0]->seconds, 0);

    change(1, SlotAction::Restore, "talk");
    answer(1, 20); // before the file has been read
    EXPECT_TRUE(ends.size() == 1 && scheduler->slotStates()[1].task != 0);
    waitForPost();
    ASSERT_TRUE(runPosted()); // it has been read, and waits for the slot
    EXPECT_EQ(ends.size(), 1u);
    finishAll();
    ASSERT_EQ(ends.size(), 2u);
    ASSERT_TRUE(ends[1]) << ends[1].error().message;
    EXPECT_EQ(ends[1]->tokens, held);
    EXPECT_EQ(scheduler->slotStates()[1].cachedTokens, held);
}

TEST_F(SlotChangesTest, ThoseOfASlotFollowOneAnother)
{
    answer(0, 3);
    constexpr int kMany = 2000;
    for (int i = 0; i < kMany; ++i) change(0, SlotAction::Erase, "");
    change(0, SlotAction::Save, "empty");
    change(1, SlotAction::Restore, "nothing");
    EXPECT_TRUE(ends.empty());
    finishAll();
    untilEnds(kMany + 2);
    std::size_t erased = 0;
    for (const auto& end : ends) erased += end ? static_cast<std::size_t>(end->tokens) : 0;
    EXPECT_EQ(erased, static_cast<std::size_t>(tokenizer->encode("hello world", {}).size() + 2)) << "the first one's, none twice";
    int failed = 0;
    for (const auto& end : ends) failed += !end;
    EXPECT_EQ(failed, 1) << "the file that is not there";
    EXPECT_TRUE(std::filesystem::exists(dir / "empty"));
}

TEST_F(SlotChangesTest, CancelledTheyAllEnd)
{
    answer(0, 40);
    for (int i = 0; i < 5; ++i) {
        change(0, SlotAction::Save, "a" + std::to_string(i));
        change(1, i % 2 == 0 ? SlotAction::Save : SlotAction::Restore, "b" + std::to_string(i));
    }
    changes->cancel();
    scheduler->cancel(1);
    while (runPosted()) continue;
    ASSERT_EQ(ends.size(), 10u);
    for (const auto& end : ends)
        if (!end) {
            EXPECT_TRUE(end.error().code == ErrorCode::Cancelled || end.error().code == ErrorCode::NotFound) << end.error().message;
        }
    change(0, SlotAction::Restore, "late");
    change(0, SlotAction::Erase, "");
    while (runPosted()) continue;
    EXPECT_EQ(ends.size(), 12u);
}

} // namespace
} // namespace corral::engine
