// SPDX-License-Identifier: MIT
#include "os/last_words.hpp"

#include <array>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace mcast;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Pipe {
    UniqueFd reader;
    UniqueFd writer;

    Pipe() {
        std::array<int, 2> fds{};
        REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
        reader = UniqueFd(fds[0]);
        writer = UniqueFd(fds[1]);
    }
    void write(std::string_view text) const {
        REQUIRE(::write(writer.get(), text.data(), text.size()) ==
                static_cast<ssize_t>(text.size()));
    }
};

struct Spoken {
    Pipe pipe;
    std::optional<LastWords> words;

    explicit Spoken(int to = -1) {
        words.emplace(std::move(pipe.reader), UniqueFd(::eventfd(0, EFD_CLOEXEC)), to);
    }
    std::string text_of(std::string_view all) {
        pipe.write(all);
        pipe.writer.reset();
        REQUIRE(words->wait_end(seconds(60)));
        return words->text();
    }
};

std::string text_of(std::string_view all) {
    return Spoken().text_of(all);
}

}  // namespace

TEST_CASE("the last two lines are kept", "[os]") {
    CHECK(text_of("").empty());
    CHECK(text_of("\n\n").empty());
    CHECK(text_of("one") == "one");
    CHECK(text_of("one\n") == "one");
    CHECK(text_of("one\ntwo\n\n") == "one; two");
    CHECK(text_of("one\ntwo\nthree") == "two; three");
    CHECK(text_of(" 10 %\r 20 %\r 30 %\rno room\n") == " 30 %; no room");
}

TEST_CASE("of long words as much is kept as an error has room for", "[os]") {
    CHECK(text_of(std::string(40'000, 'a')) == std::string(200, 'a'));
    CHECK(text_of(std::string(199, 'a') + "\u00e4") == std::string(199, 'a'));
}

TEST_CASE("last words do nothing to a terminal", "[os][hostile]") {
    CHECK(text_of("\x1b[2Jb\xffs\tc\u202e") == "?[2Jb?s c?");
}

TEST_CASE("words are passed on as they are", "[os]") {
    Pipe copy;
    Spoken spoken(copy.writer.get());
    CHECK(spoken.text_of("one\n\x1b[1mtwo") == "one; ?[1mtwo");
    std::array<char, 64> read{};
    const auto size = ::read(copy.reader.get(), read.data(), read.size());
    CHECK(std::string_view(read.data(), static_cast<std::size_t>(size)) == "one\n\x1b[1mtwo");
}

TEST_CASE("words are kept when the copy has no reader any more", "[os][fault]") {
    Pipe copy;
    copy.reader.reset();
    Spoken spoken(copy.writer.get());
    CHECK(spoken.text_of("one\n") == "one");
}

TEST_CASE("a copy that nobody reads keeps nothing from its end", "[os][fault]") {
    Pipe copy;
    REQUIRE(::fcntl(copy.writer.get(), F_SETFL, O_NONBLOCK) == 0);
    const std::string much(4096, 'a');
    while (::write(copy.writer.get(), much.data(), much.size()) > 0) continue;
    Spoken spoken(copy.writer.get());
    spoken.pipe.write("one\n");
    spoken.words.reset();
    SUCCEED("it is destroyed");
}

TEST_CASE("the end of the words is waited for no longer than asked", "[os]") {
    const Spoken spoken;
    CHECK_FALSE(const_cast<Spoken&>(spoken).words->wait_end(milliseconds(1)));
}
