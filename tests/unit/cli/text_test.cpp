// SPDX-License-Identifier: MIT
#include "cli/view/text.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;

TEST_CASE("ordinary text of any script passes unchanged", "[cli]") {
    for (const auto* text : {"image.raw", "Größe ñ", "файл", "日本語", "e\xcc\x81", "🙂", ""}) {
        CHECK(printable(text) == text);
    }
}

TEST_CASE("control characters and escape sequences lose their power", "[cli]") {
    CHECK(printable("a\x1b[2Jb") == "a?[2Jb");
    CHECK(printable("a\r\nb\tc\x7f") == "a??b?c?");
    CHECK(printable(std::string_view("a\0b", 3)) == "a?b");
    CHECK(printable("\xc2\x9b"
                    "31m") == "?31m");  // CSI as one C1 character
    CHECK(printable("\xe2\x80\xae"
                    "cod.exe") == "?cod.exe");  // right-to-left override
    CHECK(printable("\xe2\x80\x8b") == "?");    // zero-width space
    CHECK(printable("\xe2\x80\xa8") == "?");    // line separator
}

TEST_CASE("bytes that are not UTF-8 become question marks", "[cli]") {
    CHECK(printable("a\xff"
                    "b") == "a?b");
    CHECK(printable("\x9b"
                    "31m") == "?31m");               // a bare C1 byte
    CHECK(printable("\xc3") == "?");                 // cut off
    CHECK(printable("\xc0\x9b") == "??");            // overlong escape
    CHECK(printable("\xe0\x80\x9b") == "???");       // overlong
    CHECK(printable("\xed\xa0\x80") == "???");       // surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "????");  // above 10ffff
}

TEST_CASE("wide characters take two columns and combining ones none", "[cli]") {
    CHECK(columns("abc") == 3);
    CHECK(columns("日本") == 4);
    CHECK(columns("e\xcc\x81") == 1);
}

TEST_CASE("what is too long loses its middle and never its width", "[cli]") {
    CHECK(cut_middle("image.raw", 9) == "image.raw");
    CHECK(cut_middle("image.raw", 8) == "ima..raw");
    CHECK(cut_middle("image.raw", 7) == "ima..aw");
    CHECK(cut_middle("image.raw", 2) == "..");
    CHECK(cut_middle("image.raw", 0).empty());
    for (std::size_t width = 0; width < 12; ++width) {
        CHECK(columns(cut_middle("日本語日本語", width)) <= width);
        CHECK(columns(cut_end("日本語日本語", width)) <= width);
    }
}

TEST_CASE("a sentence that is too long loses its end", "[cli]") {
    CHECK(cut_end("no space left", 13) == "no space left");
    CHECK(cut_end("no space left", 10) == "no space..");
}

TEST_CASE("padding counts columns, not bytes", "[cli]") {
    CHECK(pad_right("日", 4) == "日  ");
    CHECK(pad_left("ä", 3) == "  ä");
    CHECK(pad_left("long", 2) == "long");
}
