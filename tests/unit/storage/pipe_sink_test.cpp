// SPDX-License-Identifier: MIT
#include "storage/pipe_sink.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "runs.hpp"
#include "storage/descriptor_outlet.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::DescriptorOutlet;
using storage::PipeSink;
using test::Content;

namespace {

constexpr ByteCount kWindow = 100'000;

/// Both ends of a pipe or a pair of sockets or terminals.
struct Ends {
    int out = -1;
    int in = -1;

    static Ends pipe(int flags = 0) {
        std::array<int, 2> fds{};
        REQUIRE(::pipe2(fds.data(), flags | O_CLOEXEC) == 0);
        return Ends(fds[0], fds[1]);
    }
    static Ends sockets() {
        std::array<int, 2> fds{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
        return Ends(fds[0], fds[1]);
    }
    Ends(int reader, int writer) : out(reader), in(writer) {}
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    ~Ends() {
        close_reader();
        close_writer();
    }
    void close_reader() { close(out); }
    void close_writer() { close(in); }
    static void close(int& fd) {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
};

Result<std::unique_ptr<PipeSink>> make_sink(int fd, ByteCount size, ByteCount window) {
    auto outlet = DescriptorOutlet::create(fd);
    if (!outlet) return std::unexpected(outlet.error());
    return PipeSink::create(std::move(*outlet), size, window);
}

std::unique_ptr<PipeSink> sink_to(int fd, ByteCount size, ByteCount window = kWindow) {
    auto sink = make_sink(fd, size, window);
    REQUIRE(sink.has_value());
    return std::move(*sink);
}

Result<void> write(PipeSink& sink, ByteCount offset, Bytes content) {
    return sink.write(offset, test::pieces_of(content, 1452));
}

Content read_all(int fd) {
    Content content;
    Content buffer(65536);
    for (ssize_t count = 0; (count = ::read(fd, buffer.data(), buffer.size())) > 0;)
        content.insert(content.end(), buffer.begin(), buffer.begin() + count);
    return content;
}

/// Whether that thread of ours waits in a system call.
bool is_asleep(pid_t thread) {
    std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string line;
    std::getline(status, line);
    const auto name_end = line.rfind(')');
    return name_end != line.npos && line.substr(name_end + 2, 1) == "S";
}

/// Sends all of it through the sink in steps that do not divide the window.
void send_through(PipeSink& sink, const Content& content) {
    constexpr std::size_t kStep = 30'011;
    for (std::size_t at = 0; at < content.size(); at += kStep) {
        const auto part = Bytes(content).subspan(at, std::min(kStep, content.size() - at));
        REQUIRE(write(sink, at, part).has_value());
        REQUIRE(sink.release(at + part.size()).has_value());
    }
    CHECK(sink.finish().has_value());
}

void check_arrives(Ends& ends) {
    const auto content = test::random_content(1'000'003, 1);
    Content arrived;
    std::jthread reader([&] { arrived = read_all(ends.out); });
    {
        const auto sink = sink_to(ends.in, content.size());
        send_through(*sink, content);
    }
    ends.close_writer();
    reader.join();
    CHECK((arrived == content));
}

}  // namespace

TEST_CASE("content arrives complete and in order at the reader of a pipe", "[storage]") {
    Ends ends = Ends::pipe();
    check_arrives(ends);
}

TEST_CASE("content arrives complete through a pipe that does not block", "[storage]") {
    Ends ends = Ends::pipe(O_NONBLOCK);
    REQUIRE(::fcntl(ends.out, F_SETFL, 0) == 0);
    check_arrives(ends);
}

TEST_CASE("content arrives complete at the reader of a socket", "[storage]") {
    Ends ends = Ends::sockets();
    check_arrives(ends);
}

TEST_CASE("content arrives complete at the reader of a terminal", "[storage]") {
    const int reader = ::posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE((reader >= 0 && ::grantpt(reader) == 0 && ::unlockpt(reader) == 0));
    const int writer = ::open(::ptsname(reader), O_RDWR | O_NOCTTY);
    Ends ends(reader, writer);
    termios raw{};  // else it makes \r\n of every \n
    ::cfmakeraw(&raw);
    REQUIRE(::tcsetattr(writer, TCSANOW, &raw) == 0);
    check_arrives(ends);
}

TEST_CASE("content arrives complete in a file behind a redirection, and after what it has",
          "[storage]") {
    const test::TempFolder folder;
    test::put_file(folder.file("f"), {1, 2, 3});
    const int fd = ::open(folder.file("f").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    const auto content = test::random_content(300'000, 2);
    send_through(*sink_to(fd, content.size()), content);
    ::close(fd);
    Content expected{1, 2, 3};
    expected.insert(expected.end(), content.begin(), content.end());
    CHECK((test::file_content(folder.file("f")) == expected));
}

TEST_CASE("pieces within the window may come in any order and be read back", "[storage]") {
    Ends ends = Ends::pipe();
    const auto content = test::random_content(150'000, 3);
    const auto sink = sink_to(ends.in, content.size());
    REQUIRE(sink->window() == kWindow);
    REQUIRE(write(*sink, 40'000, Bytes(content).subspan(40'000, 60'000)).has_value());
    REQUIRE(write(*sink, 0, Bytes(content).first(40'000)).has_value());
    REQUIRE(sink->release(50'000).has_value());
    // Over the end of the ring.
    REQUIRE(write(*sink, 90'000, Bytes(content).subspan(90'000, 60'000)).has_value());
    Content back(100'000);
    REQUIRE(sink->read(50'000, back).has_value());
    CHECK(std::ranges::equal(back, Bytes(content).subspan(50'000)));
}

TEST_CASE("content can be seen where it is held, over as many pieces as it lies in", "[storage]") {
    Ends ends = Ends::pipe();
    const auto content = test::random_content(1'500'000, 5);
    std::jthread reader([&] { read_all(ends.out); });
    const auto sink = sink_to(ends.in, content.size(), 1'000'000);
    REQUIRE(write(*sink, 0, Bytes(content).first(1'000'000)).has_value());
    REQUIRE(sink->release(700'000).has_value());
    // Over the end of the ring.
    REQUIRE(write(*sink, 1'000'000, Bytes(content).subspan(1'000'000)).has_value());
    ByteCount at = 700'001;
    for (Bytes seen; !(seen = sink->view(at)).empty(); at += seen.size())
        CHECK((std::ranges::equal(seen, Bytes(content).subspan(at, seen.size()))));
    CHECK(at == content.size());
    ends.close_writer();
}

TEST_CASE("nothing outside the window can be seen, nor what has not come", "[storage]") {
    Ends ends = Ends::pipe();
    const auto sink = sink_to(ends.in, 150'000);
    CHECK(sink->view(0).empty());
    REQUIRE(write(*sink, 0, Content(kWindow, 1)).has_value());
    CHECK(sink->view(10).size() == kWindow - 10);
    CHECK(sink->view(kWindow).empty());
    REQUIRE(sink->release(50'000).has_value());
    CHECK(sink->view(49'999).empty());
    CHECK(sink->view(50'000).size() == kWindow);
    CHECK(sink->view(~ByteCount{0}).empty());
}

TEST_CASE("nothing outside the window is written, read or released", "[storage][hostile]") {
    Ends ends = Ends::pipe();
    const auto sink = sink_to(ends.in, 150'000);
    Content content(10, 1);
    REQUIRE(sink->release(50'000).has_value());
    const ByteCount at = GENERATE(ByteCount{0}, ByteCount{49'999}, ByteCount{149'991},
                                  ByteCount{150'000}, ~ByteCount{0} - 4);
    CAPTURE(at);
    const auto written = write(*sink, at, content);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().code == ErrorCode::internal);
    CHECK_FALSE(sink->read(at, content).has_value());
    CHECK_FALSE(sink->release(150'001).has_value());
    CHECK(write(*sink, 149'990, content).has_value());
}

TEST_CASE("a reader that has gone is an error with its name, and not a signal",
          "[storage][fault]") {
    Ends ends = GENERATE(0, 1) == 0 ? Ends::pipe() : Ends::sockets();
    REQUIRE(std::signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    const auto sink = sink_to(ends.in, 1000);
    REQUIRE(write(*sink, 0, Content(1000, 1)).has_value());
    ends.close_reader();
    const auto result = sink->release(1000);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::io);
    CHECK(result.error().system == EPIPE);
    CHECK(result.error().message.find("has gone") != std::string::npos);
    sigset_t pending;
    ::sigpending(&pending);
    CHECK(::sigismember(&pending, SIGPIPE) == 0);
    CHECK_FALSE(sink->finish().has_value());
}

TEST_CASE("a reader that was gone before the sink was made is the same error", "[storage][fault]") {
    Ends ends = Ends::pipe();
    ends.close_reader();
    const auto sink = sink_to(ends.in, 10);
    REQUIRE(write(*sink, 0, Content(10, 1)).has_value());
    const auto result = sink->release(10);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().system == EPIPE);
}

TEST_CASE("the reader that leaves while it is waited for ends the wait", "[storage][fault]") {
    Ends ends = Ends::pipe();
    const auto sink = sink_to(ends.in, 8 << 20, 8 << 20);
    std::jthread reader([&] {
        Content some(1000);
        (void)!::read(ends.out, some.data(), some.size());
        ends.close_reader();
    });
    const auto result = sink->release(8 << 20);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().system == EPIPE);
}

TEST_CASE("a release that waits for a reader that never reads can be interrupted",
          "[storage][fault]") {
    Ends ends = GENERATE(0, 1) == 0 ? Ends::pipe() : Ends::sockets();
    const auto sink = sink_to(ends.in, 8 << 20, 8 << 20);
    const pid_t releasing = ::gettid();
    std::jthread other([&] {
        std::uint8_t first = 0;
        (void)!::read(ends.out, &first, 1);  // it has begun
        while (!is_asleep(releasing)) std::this_thread::yield();
        sink->interrupt();
    });
    const auto result = sink->release(8 << 20);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::cancelled);
}

TEST_CASE("the caller's pipe blocks as it did before", "[storage]") {
    Ends ends = Ends::pipe();
    const auto sink = sink_to(ends.in, 10);
    CHECK((::fcntl(ends.in, F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a descriptor that cannot be written to is refused", "[storage]") {
    Ends ends = Ends::pipe();
    CHECK_FALSE(make_sink(ends.out, 10, kWindow).has_value());
    CHECK_FALSE(make_sink(-1, 10, kWindow).has_value());
}

TEST_CASE("a window that no memory can hold is an error", "[storage][hostile]") {
    Ends ends = Ends::pipe();
    const auto sink = make_sink(ends.in, ~ByteCount{0}, ByteCount{1} << 48);
    REQUIRE_FALSE(sink.has_value());
    CHECK(sink.error().code == ErrorCode::unsupported);
}

TEST_CASE("success is declared only when everything is written out", "[storage]") {
    Ends ends = Ends::pipe();
    const auto sink = sink_to(ends.in, 10);
    REQUIRE(write(*sink, 0, Content(10, 1)).has_value());
    REQUIRE(sink->release(9).has_value());
    CHECK_FALSE(sink->finish().has_value());
    REQUIRE(sink->release(10).has_value());
    CHECK(sink->finish() == "/dev/fd/" + std::to_string(ends.in));
}

TEST_CASE("no content at all is written out at once", "[storage]") {
    Ends ends = Ends::pipe();
    const auto sink = sink_to(ends.in, 0);
    CHECK(sink->release(0).has_value());
    CHECK(sink->finish() == "/dev/fd/" + std::to_string(ends.in));
}

TEST_CASE("a descriptor that cannot be written to is found at once", "[storage]") {
    Ends ends = Ends::pipe();
    CHECK(DescriptorOutlet::check(ends.in).has_value());
    CHECK_FALSE(DescriptorOutlet::check(ends.out).has_value());
    CHECK_FALSE(DescriptorOutlet::check(1'000'000).has_value());
}

TEST_CASE("a pipe gets a stream up to the end that is known last", "[storage][stream]") {
    Ends ends = Ends::pipe();
    const auto content = test::random_content(20'000, 3);
    Content arrived;
    {
        const auto sink = sink_to(ends.in, ByteCount{1} << 40);
        REQUIRE(write(*sink, 0, content).has_value());
        REQUIRE(write(*sink, 30'000, content).has_value());  // forged, beyond the end
        CHECK_FALSE(write(*sink, kWindow, content).has_value());
        REQUIRE(sink->release(10'000).has_value());
        CHECK_FALSE(sink->finish().has_value());
        REQUIRE(sink->end_at(20'000).has_value());
        CHECK(sink->view(19'000).size() == 1000);
        CHECK_FALSE(write(*sink, 20'000, content).has_value());
        CHECK_FALSE(sink->finish().has_value());
        REQUIRE(sink->release(20'000).has_value());
        CHECK(sink->finish().has_value());
    }
    ends.close_writer();
    arrived = read_all(ends.out);
    CHECK((arrived == content));
}
