#include "core/hub/client.h"
#include "core/hub/names.h"
#include "core/hub/service_api.h"
#include "core/hub/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

using namespace corral;
using namespace corral::hub;

namespace {
// "service name revision quantization file" of what was typed, or "-".
std::string read(const char* text)
{
    const auto source = parseSource(QString::fromUtf8(text));
    if (!source) return "-";
    if (!source->repository) return source->url.toString().toStdString();
    const RepositoryId& id = *source->repository;
    return QStringList{id.service == Service::HuggingFace ? QStringLiteral("hf") : QStringLiteral("ms"), id.name, id.revision, source->quantization, source->file}.join(u'|').toStdString();
}

Repository listing(std::initializer_list<const char*> paths)
{
    Repository repository;
    for (const char* path : paths) repository.files << RemoteFile{.path = QString::fromUtf8(path), .size = 10, .sha256 = {}, .gitSha1 = {}};
    return repository;
}
} // namespace

TEST(Source, WhatPeopleType)
{
    EXPECT_EQ(read("hf:Qwen/Qwen3-8B-GGUF"), "hf|Qwen/Qwen3-8B-GGUF|||");
    EXPECT_EQ(read("  HF:Qwen/Qwen3-8B-GGUF:q4_k_m "), "hf|Qwen/Qwen3-8B-GGUF||Q4_K_M|");
    EXPECT_EQ(read("hf:a/b/c/d.gguf"), "hf|a/b|||c/d.gguf");
    EXPECT_EQ(read("hf:a/b@v1.0:Q8_0"), "hf|a/b|v1.0|Q8_0|");
    EXPECT_EQ(read("ms:a/b"), "ms|a/b|||");
    EXPECT_EQ(read("hf.co/a/b:Q4_0"), "hf|a/b||Q4_0|");
    EXPECT_EQ(read("https://huggingface.co/a/b"), "hf|a/b|||");
    EXPECT_EQ(read("https://huggingface.co/a/b/resolve/main/x%20y.gguf?download=true"), "hf|a/b|main||x y.gguf");
    EXPECT_EQ(read("https://huggingface.co/a/b/blob/main/c/x.gguf"), "hf|a/b|main||c/x.gguf");
    EXPECT_EQ(read("https://huggingface.co/a/b/tree/main"), "hf|a/b|main||");
    EXPECT_EQ(read("https://www.modelscope.cn/models/a/b/summary"), "ms|a/b|||");
    EXPECT_EQ(read("https://modelscope.cn/models/a/b/file/view/master/x.gguf"), "ms|a/b|master||x.gguf");
    EXPECT_EQ(read("https://modelscope.cn/api/v1/models/a/b/repo?Revision=master&FilePath=c%2Fx.gguf"), "ms|a/b|master||c/x.gguf");
    EXPECT_EQ(read("http://example.org/files/x.gguf"), "http://example.org/files/x.gguf");
}

TEST(Source, WhatIsRefused)
{
    for (const char* text : {"", "hf:", "hf:a", "hf:a/", "hf:/b", "hf:../b", "hf:a/b:", "hf:a/b/../c.gguf", "hf:a/b//c.gguf", "hf:a/b@", "hf:a/b@x..y", "hf:a b/c", "hf:a/b:Q4 K", "ftp://a/b.gguf",
                             "https://", "https://example.org/", "hf:a/b/con.gguf", "hf:a/b/c\\d.gguf", "hf:-a/b", "hf:a--b/c", "https://modelscope.cn/datasets/a/b", "file:///etc/passwd", "x.gguf"})
        EXPECT_EQ(read(text), "-") << text;
    EXPECT_EQ(parseSource(QStringLiteral("hf:") + QString(300, u'a') + QStringLiteral("/b")).has_value(), false);
    EXPECT_EQ(parseSource(QString(100'000, u'h')).has_value(), false);
}

TEST(Source, NamesAreReadBack)
{
    for (const RepositoryId& id : {RepositoryId{Service::HuggingFace, QStringLiteral("a/b"), {}}, RepositoryId{Service::ModelScope, QStringLiteral("a/b.c-d"), QStringLiteral("refs/pr/1")}}) {
        if (id.revision.contains(u'/')) continue;
        const auto source = parseSource(toString(id));
        ASSERT_TRUE(source) << toString(id).toStdString();
        EXPECT_EQ(*source->repository, id);
    }
}

TEST(Names, FilesThatCouldLeaveTheirFolder)
{
    for (const char* good : {"x.gguf", "a/b/x.gguf", "模型/文件.gguf", ".hidden", "a b.gguf"}) EXPECT_TRUE(isFilePath(QString::fromUtf8(good))) << good;
    for (const char* bad : {"", "/x", "a/", "a//b", "..", "../x", "a/../b", "a/./b", "a\\b", "C:x", "a\nb", "a\x7f" "b", "nul", "NUL.gguf", "com1.txt", "x.", "x ", "a\xE2\x80\xAE" "b", "a?b"})
        EXPECT_FALSE(isFilePath(QString::fromUtf8(bad))) << bad;
}

TEST(FileSets, ShardsBelongTogether)
{
    const auto sets = fileSets(listing({"README.md", "m-Q8_0.gguf", "Q4_K_M/m-Q4_K_M-00002-of-00003.gguf", "Q4_K_M/m-Q4_K_M-00001-of-00003.gguf", "mmproj-m-F16.gguf", "m.imatrix.gguf", "mtp-m.gguf",
                                        "Q6_K/model.gguf", "m-UD-Q4_K_XL.gguf", "instruct.gguf"}));
    ASSERT_EQ(sets.size(), 5);
    EXPECT_EQ(sets[0].name, QStringLiteral("m-Q8_0"));
    EXPECT_EQ(sets[0].quantization, QStringLiteral("Q8_0"));
    EXPECT_EQ(sets[1].name, QStringLiteral("m-Q4_K_M"));
    ASSERT_EQ(sets[1].files.size(), 2);
    EXPECT_EQ(sets[1].files[0].path, QStringLiteral("Q4_K_M/m-Q4_K_M-00001-of-00003.gguf"));
    EXPECT_EQ(sets[1].missing, QStringList{QStringLiteral("Q4_K_M/m-Q4_K_M-00003-of-00003.gguf")});
    EXPECT_EQ(sets[1].bytes(), 20);
    EXPECT_EQ(sets[2].quantization, QStringLiteral("Q6_K")) << "the folder says it";
    EXPECT_EQ(sets[3].quantization, QStringLiteral("Q4_K_XL"));
    EXPECT_EQ(sets[4].quantization, QString());
}

TEST(FileSets, HostileCountsStaySmall)
{
    const auto sets = fileSets(listing({"m-00001-of-99999.gguf", "m-00009-of-00003.gguf", "m-00000-of-00002.gguf"}));
    ASSERT_EQ(sets.size(), 3);
    EXPECT_LE(sets[0].missing.size(), 100);
    EXPECT_TRUE(sets[1].missing.isEmpty());
    Repository large = listing({"a-00001-of-00002.gguf", "a-00002-of-00002.gguf"});
    for (RemoteFile& file : large.files) file.size = std::numeric_limits<qint64>::max();
    EXPECT_EQ(fileSets(large)[0].bytes(), -1);
}

TEST(FileSets, TheOneThatIsMeant)
{
    const auto choose = [](std::initializer_list<const char*> files, const char* source) -> std::string {
        const auto set = chooseSet(fileSets(listing(files)), *parseSource(QString::fromUtf8(source)));
        return set ? set->files.first().path.toStdString() : "! " + set.error().message;
    };
    EXPECT_EQ(choose({"a-Q2_K.gguf", "a-Q8_0.gguf", "a-Q4_K_M.gguf"}, "hf:a/b"), "a-Q4_K_M.gguf");
    EXPECT_EQ(choose({"a-Q2_K.gguf", "a-Q8_0.gguf"}, "hf:a/b"), "a-Q8_0.gguf");
    EXPECT_EQ(choose({"a-Q2_K.gguf", "a-Q3_K.gguf"}, "hf:a/b"), "a-Q2_K.gguf");
    EXPECT_EQ(choose({"a-Q2_K.gguf", "a-Q3_K_S.gguf"}, "hf:a/b:q3_k_s"), "a-Q3_K_S.gguf");
    EXPECT_EQ(choose({"a-00001-of-00002.gguf", "a-00002-of-00002.gguf"}, "hf:a/b/a-00002-of-00002.gguf"), "a-00001-of-00002.gguf");
    EXPECT_THAT(choose({"a-Q2_K.gguf"}, "hf:a/b:Q9"), ::testing::HasSubstr("it has Q2_K"));
    EXPECT_THAT(choose({"README.md"}, "hf:a/b"), ::testing::HasSubstr("no GGUF"));
    EXPECT_THAT(choose({"a-Q4_0-00001-of-00002.gguf"}, "hf:a/b:Q4_0"), ::testing::HasSubstr("lacks a-Q4_0-00002-of-00002.gguf"));
}

TEST(Card, TheFirstParagraphOfProse)
{
    EXPECT_EQ(cardSummary("---\nlicense: mit\n---\n# Title\n\n[![badge](a)](b) <img src=x>\n\n- one\n- two\n\nThis is **the** [model](http://x) that answers `questions` for you &amp; me.\nIt goes on.\n\nSecond."),
              QStringLiteral("This is the model that answers questions for you & me. It goes on."));
    EXPECT_EQ(cardSummary("# Title\nThis paragraph stands right below its heading, without an empty line."),
              QStringLiteral("This paragraph stands right below its heading, without an empty line."));
    EXPECT_EQ(cardSummary("```\nThis is code and no prose whatever it says about itself, my friend.\n```\n"), QString());
    EXPECT_EQ(cardSummary("---\nnever closed"), QString());
    EXPECT_LE(cardSummary(QByteArray(1 << 20, 'x')).size(), 2000);
}
