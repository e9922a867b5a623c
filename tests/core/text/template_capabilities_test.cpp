// What templates are found to be able to show.
#include "core/text/template_capabilities.h"
#include "tests/support/golden.h"

#include <gtest/gtest.h>

namespace corral::text {
namespace {

TemplateCapabilities of(std::string_view source)
{
    const auto parsed = ChatTemplate::parse(source, {.bosToken = "<s>", .eosToken = "</s>"});
    if (!parsed) return ADD_FAILURE() << parsed.error().message, TemplateCapabilities();
    return capabilitiesOf(*parsed);
}

TEST(TemplateCapabilities, OfAPlainOne)
{
    const auto found = of("{% for m in messages %}{{ m.role + ': ' + m.content }}\n{% endfor %}");
    EXPECT_TRUE(found.stringContent && found.systemRole);
    EXPECT_FALSE(found.typedContent) << "a list is no text";
    EXPECT_FALSE(found.tools || found.toolCalls || found.parallelToolCalls || found.objectArguments);
    EXPECT_FALSE(found.preserveReasoning || found.reasoningEffort);
    EXPECT_FALSE(of("{% for m in messages %}{{ m.role ~ ': ' ~ m.content }}\n{% endfor %}").typedContent) << "as it stands";
}

TEST(TemplateCapabilities, OfOneThatShowsEverything)
{
    const auto found = of("{% if tools %}{{ tools | tojson }}{% endif %}{{ reasoning_effort }}{% for m in messages %}"
                          "{% if m.reasoning_content and (preserve_thinking or loop.last) %}<think>{{ m.reasoning_content }}</think>{% endif %}"
                          "{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endif %}"
                          "{% for c in m.tool_calls %}{{ c.function.name }}({{ c.function.arguments | tojson }}){% endfor %}{% endfor %}");
    EXPECT_TRUE(found.stringContent && found.systemRole && found.typedContent);
    EXPECT_TRUE(found.tools && found.toolCalls && found.parallelToolCalls && found.objectArguments);
    EXPECT_TRUE(found.preserveReasoning && found.reasoningEffort);
}

TEST(TemplateCapabilities, OfParticularOnes)
{
    const auto single = of("{% for m in messages %}{{ m.content }}{% if m.tool_calls %}{% if m.tool_calls | length > 1 %}{{ raise_exception('one call at a time') }}{% endif %}"
                           "{{ m.tool_calls[0].function.name ~ m.tool_calls[0].function.arguments }}{% endif %}{% endfor %}");
    EXPECT_TRUE(single.toolCalls);
    EXPECT_FALSE(single.parallelToolCalls || single.tools);
    const auto textual = of("{% for m in messages %}{{ m.content }}{% for c in m.tool_calls %}{{ c.function.name + c.function.arguments }}{% endfor %}{% endfor %}");
    EXPECT_TRUE(textual.toolCalls && textual.parallelToolCalls);
    EXPECT_FALSE(textual.objectArguments) << "an object is no text";
    EXPECT_FALSE(of("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}{{ m.content }}{% endfor %}").systemRole);
    EXPECT_FALSE(of("{{ raise_exception('never') }}").stringContent);
}

TEST(TemplateCapabilities, OfRealModels)
{
    CORRAL_NEEDS_SHARED("golden/templates");
    const auto ofModel = [](const std::string& name) { return of(test::readJson(test::sharedPath("golden/templates/" + name + ".json"))["template_text"].get<std::string>()); };
    const auto qwen = ofModel("Qwen3-0.6B");
    EXPECT_TRUE(qwen.tools && qwen.toolCalls && qwen.parallelToolCalls && qwen.objectArguments && qwen.systemRole && qwen.stringContent);
    const auto llama = ofModel("Llama-3.1-8B-Instruct");
    EXPECT_TRUE(llama.tools && llama.toolCalls);
    EXPECT_FALSE(llama.parallelToolCalls) << "it says so itself";
    const auto gemma = ofModel("gemma-2-2b-it");
    EXPECT_TRUE(gemma.stringContent);
    EXPECT_FALSE(gemma.systemRole || gemma.tools || gemma.toolCalls);
    EXPECT_FALSE(ofModel("Phi-3.5-mini-instruct").tools);
    EXPECT_TRUE(ofModel("gpt-oss-120b").reasoningEffort);
    EXPECT_FALSE(qwen.reasoningEffort);
    EXPECT_TRUE(ofModel("GLM-4.6").parallelToolCalls);
}

} // namespace
} // namespace corral::text
