// What the scripted engine says: one answer for each thing the window must be able to show.
#include "app/engine/scripted_engine.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace corral::app {

static constexpr std::string_view kPlain = R"(The capital of France is **Paris**. It lies on the Seine, in the north of the country, and has been the seat of government for most of the time since the 10th century.

A few things it is known for:

- the *Louvre*, the most visited museum of the world;
- the Eiffel Tower, built for the exhibition of 1889;
- its bakeries, of which there are more than 1,200.

You can read more on [Wikipedia](https://en.wikipedia.org/wiki/Paris).
)";

static constexpr std::string_view kCode = R"(Here is the same small task in four languages: read lines and count the words.

```cpp
#include <iostream>
#include <map>
#include <string>

int main()
{
    std::map<std::string, int> counts; // sorted by word
    for (std::string word; std::cin >> word;) ++counts[word];
    for (const auto& [word, count] : counts) std::cout << word << '\t' << count << '\n';
}
```

```python
import collections, sys

counts = collections.Counter(word for line in sys.stdin for word in line.split())
for word, count in sorted(counts.items()):
    print(f"{word}\t{count}")  # tab separated
```

```bash
tr -s '[:space:]' '\n' < "$1" | sort | uniq -c | sort -rn | head -20
```

```json
{ "the": 812, "of": 377, "and": 354, "window": 12, "fast": true }
```

The shell version is the shortest; `Counter` in Python is the one most people will find *readable*.
)";

static constexpr std::string_view kTable = R"(These are the usual choices for a 7-billion-parameter model:

| Quantization | Size | Bits per weight | Quality |
| :----------- | ---: | :-------------: | ------- |
| Q8_0         | 7.2 GB | 8.5 | practically the same as the original |
| Q6_K         | 5.5 GB | 6.6 | very close |
| **Q4_K_M**   | 4.1 GB | 4.8 | the usual compromise |
| Q3_K_S       | 2.9 GB | 3.5 | clearly worse, for small machines |

With 8 GB of memory take `Q4_K_M`; it leaves room for the context.
)";

static constexpr std::string_view kThinking = R"(<think>
The user asks for a train that leaves at 14:05 and travels 270 km at 90 km/h.
270 / 90 = 3 hours. 14:05 + 3:00 = 17:05.
Check: 90 km/h for 3 h gives 270 km. Good.
</think>

The train arrives at **17:05**.

1. The distance is 270 km.
2. At 90 km/h that takes 270 ÷ 90 = 3 hours.
3. Three hours after 14:05 it is 17:05.

> Stops on the way are not counted here.
)";

static constexpr std::string_view kLists = R"(# Packing for three days in the mountains

## What to wear

1. Boots that are *walked in*
   - two pairs of wool socks
   - gaiters, if there is still snow
2. Layers:
   1. a shirt that dries fast
   2. a fleece
   3. a rain jacket

## What to carry

- [x] map and compass
- [x] first-aid kit
- [ ] head torch (check the batteries)

---

Leave a note with your route at home. ~~Do not~~ **Always** check the weather before you start.
)";

static constexpr std::string_view kChinese = R"(当然可以。下面用三句话介绍**杭州**:

1. 杭州是浙江省的省会,位于钱塘江下游,人口一千二百多万。
2. 西湖是这座城市最有名的景点,2011 年列入世界遗产名录。
3. 这里出产龙井茶,春天去茶山走一走很值得。

如果要写一段程序来打印这些句子,可以这样:

```python
for 句子 in ["杭州是浙江省的省会。", "西湖很美。", "龙井茶很香。"]:
    print(句子)
```
)";

static constexpr std::string_view kArabic = R"(القاهرة هي عاصمة **جمهورية مصر العربية** وأكبر مدنها، وتقع على ضفتي نهر النيل.

- عدد سكانها أكثر من عشرة ملايين نسمة.
- تأسست سنة 969 ميلادية.
- من أشهر معالمها *الأهرامات* والمتحف المصري.

ويمكن طباعة اسمها هكذا: `print("القاهرة")`.
)";

static constexpr std::string_view kMaths = R"(The solutions of $ax^2 + bx + c = 0$ are

$$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

as long as $a \neq 0$. For $b^2 < 4ac$ they are complex.
)";

static std::string longLine()
{
    std::string text = "One line of this code has 300 columns, the box scrolls sideways:\n\n```cpp\n// short\nconst char* line = \"";
    for (int column = 0; text.size() < 386; ++column) text += char('a' + column % 26);
    return text + "\";\nreturn line; // short again\n```\n\nThe text goes on as before.\n";
}

// About `tokens` tokens of varied Markdown.
static std::string longAnswer(int tokens)
{
    static constexpr std::array kParts{kPlain, kCode, kTable, kLists, kChinese, kArabic};
    std::string text;
    constexpr int kBytesPerToken = 4;
    for (std::size_t part = 0; text.size() < std::size_t(tokens) * kBytesPerToken; ++part) {
        text += "## Part " + std::to_string(part + 1) + "\n\n";
        text += kParts[part % kParts.size()];
        text += '\n';
    }
    return text;
}

ScriptedAnswer Script::answerFor(const engine::ChatRequest& request)
{
    std::string question;
    int turn = -1;
    for (const auto& message : request.input.messages) {
        if (message.value("role", "") != "user") continue;
        question = message.value("content", "");
        ++turn;
    }
    std::ranges::transform(question, question.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    const auto asks = [&](std::string_view word) { return question.find(word) != std::string::npos; };

    if (asks("20000") || asks("20,000")) return {.text = longAnswer(20'000), .error = {}};
    if (asks("break")) return {.text = std::string(kPlain.substr(0, 120)), .error = Error{ErrorCode::Io, "reading the model: device error"}};
    if (asks("lost")) return {.text = std::string(kPlain.substr(0, 120)), .error = Error{ErrorCode::Device, "the graphics card stopped answering (VkResult -4)"}};
    if (asks("long line") || asks("300 columns")) return {.text = longLine(), .error = {}};
    if (asks("table")) return {.text = std::string(kTable), .error = {}};
    if (asks("think") || asks("train")) return {.text = std::string(kThinking), .error = {}};
    if (asks("list") || asks("pack")) return {.text = std::string(kLists), .error = {}};
    if (asks("math") || asks("equation")) return {.text = std::string(kMaths), .error = {}};
    if (asks("中文") || asks("杭州")) return {.text = std::string(kChinese), .error = {}};
    if (asks("عرب") || asks("القاهرة")) return {.text = std::string(kArabic), .error = {}};
    if (asks("code") || asks("program")) return {.text = std::string(kCode), .error = {}};
    if (asks("france")) return {.text = std::string(kPlain), .error = {}};

    static constexpr std::array kByTurn{kPlain, kCode, kTable, kThinking, kLists};
    return {.text = std::string(kByTurn[std::size_t(std::max(turn, 0)) % kByTurn.size()]), .error = {}};
}

} // namespace corral::app
