// llama-server's flags for what Corral does not have.
#include "app/cli/server_options.h"

#include <algorithm>
#include <string_view>

namespace corral::cli {

namespace {

constexpr std::string_view kWholeLayers = "whole layers are placed (-ngl), with their caches, by what the cards have free", kNoDraft = "answers are not drafted", kByItself = "Corral decides this by itself",
                           kOneLoop = "one thread serves all connections", kNoMedia = "models here read text only";

bool isSwitch(const std::string& text)
{
    constexpr std::string_view kWords[] = {"on", "off", "auto", "1", "0", "true", "false", "enabled", "disabled"};
    return std::ranges::contains(kWords, text);
}

} // namespace

void addForeignServerOptions(OptionTable& table, std::vector<std::string>& warnings)
{
    using Names = OptionTable::Names;
    using Wrong = std::optional<std::string>;
    // Its last name is the long one.
    const auto shown = [](Names names) { return std::string(*(names.end() - 1)); };
    const auto ignored = [&](Names names, std::string_view metavar, std::string_view why) {
        table.add(names, metavar, {}, [&warnings, name = shown(names), why](const std::string&) -> Wrong {
            warnings.push_back(std::format("option {} does nothing: {}", name, why));
            return std::nullopt;
        });
        table.hide(*names.begin());
    };
    // With a value or without one: both generations.
    const auto ignoredSwitch = [&](Names names, std::string_view why) {
        table.addOptional(names, "on|off|auto", {}, isSwitch, [&warnings, name = shown(names), why](const std::string& value) -> Wrong {
            if (!value.empty() && !isSwitch(value)) return std::format("\"{}\" is neither on, off nor auto", value);
            if (!why.empty()) warnings.push_back(std::format("option {} does nothing: {}", name, why));
            return std::nullopt;
        });
        table.hide(*names.begin());
    };
    const auto fine = [&](Names names) { // what is so anyway
        table.add(names, "", {}, [](const std::string&) -> Wrong { return std::nullopt; });
        table.hide(*names.begin());
    };
    const auto refused = [&](Names names, std::string_view metavar, std::string_view why) {
        table.add(names, metavar, {}, [why](const std::string&) -> Wrong { return std::string(why); });
        table.hide(*names.begin());
    };

    // Where and how it is computed.
    ignoredSwitch({"-fa", "--flash-attn"}, "");
    ignored({"-sm", "--split-mode"}, "MODE", kWholeLayers);
    ignored({"-ts", "--tensor-split"}, "PARTS", kWholeLayers);
    ignored({"-mg", "--main-gpu"}, "N", kWholeLayers);
    ignored({"-ot", "--override-tensor"}, "PATTERN=BUFFER", kWholeLayers);
    ignored({"-ncmoe", "--n-cpu-moe"}, "N", kWholeLayers);
    ignored({"-ncffn", "--n-cpu-ffn"}, "N", kWholeLayers);
    fine({"-cmoe", "--cpu-moe"});
    ignored({"-nkvo", "--no-kv-offload"}, "", kWholeLayers);
    ignored({"-kvo", "--kv-offload"}, "", kWholeLayers);
    ignored({"--op-offload"}, "", kWholeLayers);
    fine({"--no-op-offload"});
    ignored({"--no-host"}, "", kWholeLayers);
    ignored({"-bs", "--backend-sampling"}, "", "the processor chooses tokens");
    ignoredSwitch({"-fit", "--fit"}, kByItself);
    ignored({"-fitt", "--fit-target"}, "MIB", kByItself);
    ignored({"-fitc", "--fit-ctx"}, "N", kByItself);
    ignored({"-tb", "--threads-batch"}, "N", "one number of threads serves all");
    ignored({"-C", "--cpu-mask"}, "MASK", kByItself);
    ignored({"-Cr", "--cpu-range"}, "RANGE", kByItself);
    ignored({"--cpu-strict"}, "N", kByItself);
    ignored({"--prio"}, "N", kByItself);
    ignored({"--poll"}, "N", kByItself);
    ignored({"-Cb", "--cpu-mask-batch"}, "MASK", kByItself);
    ignored({"-Crb", "--cpu-range-batch"}, "RANGE", kByItself);
    ignored({"--cpu-strict-batch"}, "N", kByItself);
    ignored({"--prio-batch"}, "N", kByItself);
    ignored({"--poll-batch"}, "N", kByItself);
    ignored({"--numa"}, "TYPE", kByItself);
    ignored({"--no-repack"}, "", kByItself);
    fine({"--repack"});
    ignored({"-lm", "--load-mode"}, "MODE", "files are mapped");
    ignored({"-lzm", "--lazy-mode"}, "MODE", "files are mapped");
    fine({"--mmap"});
    ignored({"--no-mmap"}, "", "files are mapped");
    ignored({"--mlock"}, "", "files are mapped");
    ignored({"-dio", "--direct-io"}, "", "files are mapped");
    fine({"-ndio", "--no-direct-io"});
    ignored({"--check-tensors"}, "", "see corral verify");
    ignored({"-dt", "--defrag-thold"}, "N", "the cache has no holes");
    fine({"--perf"});
    fine({"--no-perf"});

    // Caches.
    ignored({"--swa-full"}, "", kByItself);
    fine({"--no-swa-full"});
    ignored({"-ctxcp", "--ctx-checkpoints", "--swa-checkpoints"}, "N", kByItself);
    ignored({"-cms", "--checkpoint-min-step"}, "N", kByItself);
    ignored({"-cram", "--cache-ram"}, "MIB", "slots remember their own prompts only");
    ignored({"--cache-idle-slots"}, "", kByItself);
    ignored({"--no-cache-idle-slots"}, "", kByItself);
    ignored({"--kv-unified-per-slot"}, "N", kByItself);
    ignored({"--cache-reuse"}, "N", "prompts are reused by their beginning");
    ignored({"--keep"}, "N", "contexts are not shifted");
    fine({"--no-context-shift"});
    refused({"--context-shift"}, "", "contexts are not shifted here: an answer ends where the context is full");
    ignored({"-gan", "--grp-attn-n"}, "N", "see -c");
    ignored({"-gaw", "--grp-attn-w"}, "N", "see -c");

    // Drafts.
    ignored({"-md", "--model-draft"}, "FILE", kNoDraft);
    ignored({"-hfd", "-hfrd", "--hf-repo-draft"}, "REPO", kNoDraft);
    ignored({"-cd", "--ctx-size-draft"}, "N", kNoDraft);
    ignored({"-td", "--threads-draft"}, "N", kNoDraft);
    ignored({"-tbd", "--threads-batch-draft"}, "N", kNoDraft);
    ignored({"-devd", "--device-draft"}, "NAMES", kNoDraft);
    ignored({"-ngld", "--n-gpu-layers-draft", "--gpu-layers-draft"}, "N", kNoDraft);
    ignored({"-ctkd", "--cache-type-k-draft"}, "TYPE", kNoDraft);
    ignored({"-ctvd", "--cache-type-v-draft"}, "TYPE", kNoDraft);
    ignored({"-lcs", "--lookup-cache-static"}, "FILE", kNoDraft);
    ignored({"-lcd", "--lookup-cache-dynamic"}, "FILE", kNoDraft);
    ignored({"--spec-type"}, "TYPE", kNoDraft);
    ignored({"--draft", "--draft-n", "--draft-max", "--spec-draft-n-max"}, "N", kNoDraft);
    ignored({"--draft-min", "--draft-n-min", "--spec-draft-n-min"}, "N", kNoDraft);
    ignored({"--draft-p-min", "--spec-draft-p-min"}, "P", kNoDraft);
    ignored({"--draft-p-split", "--spec-draft-p-split"}, "P", kNoDraft);
    for (const std::string_view name : {"--spec-ngram-mod-n-min", "--spec-ngram-mod-n-max", "--spec-ngram-mod-n-match", "--spec-ngram-simple-size-n", "--spec-ngram-simple-size-m",
                                        "--spec-ngram-simple-min-hits", "--spec-ngram-map-k-size-n", "--spec-ngram-map-k-size-m", "--spec-ngram-map-k-min-hits",
                                        "--spec-ngram-map-k4v-size-n", "--spec-ngram-map-k4v-size-m", "--spec-ngram-map-k4v-min-hits"})
        ignored({name}, "N", kNoDraft);

    // The server.
    ignored({"--threads-http"}, "N", kOneLoop);
    ignored({"--reuse-port"}, "", "the port is this server's own");
    ignored({"-hft", "--hf-token"}, "TOKEN", "the token kept by Corral is used, or HF_TOKEN");
    ignoredSwitch({"--log-colors"}, "the log is plain");
    fine({"--log-prefix"});
    ignored({"--no-log-prefix"}, "", "the log has one form");
    fine({"--log-timestamps"});
    ignored({"--no-log-timestamps"}, "", "the log has one form");
    fine({"-e", "--escape"});
    ignored({"--no-escape"}, "", "requests are taken as they are");
    ignored({"--lora-init-without-apply"}, "", "there are no adapters");
    fine({"--no-mmproj"});
    fine({"--no-mmproj-auto"});
    fine({"--mmproj-auto"});
    ignored({"--mmproj-offload"}, "", kNoMedia);
    ignored({"--no-mmproj-offload"}, "", kNoMedia);
    ignored({"--image-min-tokens"}, "N", kNoMedia);
    ignored({"--image-max-tokens"}, "N", kNoMedia);
    ignored({"--media-path"}, "DIR", kNoMedia);

    // What would change answers, or who sees them.
    refused({"-mm", "--mmproj"}, "FILE", kNoMedia);
    refused({"-mmu", "--mmproj-url"}, "URL", kNoMedia);
    for (const std::string_view name : {"--lora", "--lora-scaled", "--control-vector", "--control-vector-scaled"}) refused({name}, "FILE", "adapters are not supported");
    refused({"--control-vector-layer-range"}, "START", "adapters are not supported");
    for (const std::string_view name : {"--rope-scaling", "--rope-scale", "--rope-freq-base", "--rope-freq-scale", "--yarn-orig-ctx", "--yarn-ext-factor", "--yarn-attn-factor",
                                        "--yarn-beta-slow", "--yarn-beta-fast"})
        refused({name}, "N", "positions are as the model's file says");
    refused({"--override-kv"}, "KEY=TYPE:VALUE", "the model's file is taken as it is");
    refused({"--ssl-key-file"}, "FILE", "there is no TLS: put a proxy that has it before the server");
    refused({"--ssl-cert-file"}, "FILE", "there is no TLS: put a proxy that has it before the server");
    refused({"--path"}, "DIR", "no files are served");
    for (const std::string_view name : {"--tools", "--models-dir", "--models-preset", "--mcp-servers-config"}) refused({name}, "VALUE", "this is not supported");
    for (const std::string_view name : {"--agent", "--models-autoload"}) refused({name}, "", "this is not supported");
    refused({"--models-max"}, "N", "one model is served");

    for (const auto& [name, variable] : {std::pair<std::string_view, std::string_view>{"--ssl-key-file", "LLAMA_ARG_SSL_KEY_FILE"}, {"--ssl-cert-file", "LLAMA_ARG_SSL_CERT_FILE"},
                                         {"--path", "LLAMA_ARG_STATIC_PATH"}, {"--flash-attn", "LLAMA_ARG_FLASH_ATTN"}, {"--threads-http", "LLAMA_ARG_THREADS_HTTP"}, {"--mmproj", "LLAMA_ARG_MMPROJ"}, {"--context-shift", "LLAMA_ARG_CONTEXT_SHIFT"}})
        table.fromEnvironment(name, variable);
}

} // namespace corral::cli
