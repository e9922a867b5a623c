// A whole program on Corral::core: asks a model one question and prints the answer as it comes.
//     corral_minimal MODEL.gguf "What is a corral?"
#include "core/engine/engine.h"

#include <cstdio>
#include <future>
#include <utility>

int main(int argc, char** argv)
{
    using namespace corral;
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s MODEL.gguf QUESTION\n", argv[0]);
        return 2;
    }

    std::promise<int> done; // the exit status
    bool ended = false;
    const auto end = [&](int status) { // the first time counts: a failed load is followed by a failed question
        if (!std::exchange(ended, true)) done.set_value(status);
    };
    const auto onEvent = [&](const engine::Event& event) { // on the engine's thread
        if (const auto* text = std::get_if<engine::Text>(&event.what)) {
            std::fwrite(text->utf8.data(), 1, text->utf8.size(), stdout);
            std::fflush(stdout);
        } else if (const auto* finished = std::get_if<engine::Finished>(&event.what)) {
            std::printf("\n(%d tokens)\n", finished->timings.generatedTokens);
            end(0);
        } else if (const auto* failed = std::get_if<engine::Failed>(&event.what)) {
            std::fprintf(stderr, "%s\n", failed->error.message.c_str());
            end(1);
        }
    };
    const auto engine = engine::makeEngine(onEvent);
    engine->submit(engine::LoadRequest{.model = argv[1]});
    engine::ChatRequest question{.sampling = {.temp = 0}, .maxTokens = 100};
    question.input.messages = {{{"role", "user"}, {"content", argv[2]}}};
    auto status = done.get_future();
    engine->submit(question); // waits its turn behind the load
    return status.get();
}
