// SPDX-License-Identifier: MIT
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

// status --watch against a watcher whose news are given.
namespace {

using Step = FakeWatcher::Step;

struct Watched : FakeCommand {
    Watched(std::vector<Status> first, std::vector<Step> steps) : FakeCommand(Role::sender) {
        command.library.await = [first](std::string_view, Role,
                                        std::optional<Seconds> limit) -> Result<Status> {
            CHECK_FALSE(limit);
            return first.front();
        };
        command.library.query = [first](std::string_view, Role) -> Result<Status> {
            return first.front();
        };
        command.library.watch_all = [this, first, steps](std::vector<std::string> sessions) {
            asked = std::move(sessions);
            return Result<std::unique_ptr<registry::Watcher>>(
                std::make_unique<FakeWatcher>(first, steps));
        };
    }
    std::vector<std::string> asked{"nothing"};
};

Step to(Status status) {
    return [status](std::vector<Status>& sessions) { sessions = {status}; };
}

Step at(int percent) {
    auto status = running();
    status.percent = percent;
    return to(status);
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

constexpr const char* kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr const char* kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";

}  // namespace

TEST_CASE("status --watch of a session draws each change and ends with the last", "[cli]") {
    Watched fake({running()}, {at(50), to(succeeded())});
    CHECK(fake.run({"status", "5f0c", "--watch", "--json"}) == 0);
    CHECK(fake.asked == std::vector<std::string>{"5f0c2a91"});
    CHECK(fake.out.str() == "{5f0c2a91}\n{5f0c2a91}\n{5f0c2a91}\n");
}

TEST_CASE("status --watch exits with 0 for a session that fails, as it could answer", "[cli]") {
    Watched fake({running()}, {to(failed(ErrorCode::no_space))});
    CHECK(fake.run({"status", "5f0c", "--watch"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("failed at 43 %"));
}

TEST_CASE("status --watch SECONDS leaves out changes in between but never the end", "[cli]") {
    // The clock moves on by a second each time it is read.
    Watched fake({running()}, {at(1), at(2), at(3), at(4), to(succeeded())});
    CHECK(fake.run({"status", "5f0c", "--json", "--watch", "3"}) == 0);
    CHECK(times(fake.out.str(), "{5f0c2a91}") == 3);
}

TEST_CASE("status --watch of all goes on with sessions that begin until all have ended", "[cli]") {
    auto second = running();
    second.session = "77aa01bc";
    auto done = succeeded();
    auto second_done = succeeded();
    second_done.session = second.session;
    Watched fake({running()}, {[second](auto& all) { all.push_back(second); },
                               [done](auto& all) { all.front() = done; },
                               [second_done](auto& all) { all.back() = second_done; }});
    CHECK(fake.run({"status", "--watch"}) == 0);
    CHECK(fake.asked.empty());
    CHECK(times(fake.out.str(), "ID ") == 4);
    CHECK(times(fake.out.str(), "77aa01bc") == 3);
}

TEST_CASE("status --watch of sessions that have ended shows them and returns", "[cli]") {
    Watched fake({succeeded()}, {});
    CHECK(fake.run({"status", "--watch"}) == 0);
    CHECK(times(fake.out.str(), "success") == 1);
}

TEST_CASE("a terminal is drawn on in place, and gets the final picture and its cursor back",
          "[cli]") {
    Watched fake({running()}, {at(50), to(succeeded())});
    fake.command.out_is_terminal = true;
    CHECK(fake.run({"status", "--watch"}) == 0);
    const auto text = fake.out.str();
    CHECK_THAT(text, Catch::StartsWith(kEnter));
    CHECK(times(text, kEnter) == 1);
    CHECK(times(text, "\x1b[H") == 2);
    const auto left = text.find(kLeave);
    REQUIRE(left != std::string::npos);
    const auto rest = text.substr(left + std::string(kLeave).size());
    CHECK_THAT(rest, Catch::StartsWith("ID ") && Catch::Contains("success"));
    CHECK(times(rest, "\x1b[?") == 0);
}

TEST_CASE("to watch a session is to wait for it, as it may be only just being started", "[cli]") {
    Watched fake({running()}, {to(succeeded())});
    fake.command.library.query = [](std::string_view, Role) -> Result<Status> {
        auto yesterdays = failed(ErrorCode::no_space);
        yesterdays.session = "77aa01bc";
        return yesterdays;
    };
    CHECK(fake.run({"status", "image.raw", "--watch"}) == 0);
    CHECK(fake.asked == std::vector<std::string>{"5f0c2a91"});
    CHECK_THAT(fake.out.str(), Catch::Contains("success") && !Catch::Contains("failed"));
}

TEST_CASE("Ctrl-C gives the terminal back, leaves the picture and exits with 130", "[cli]") {
    Watched fake({running()}, {});
    fake.command.out_is_terminal = true;
    fake.command.library.watch_all = [&fake](std::vector<std::string>) {
        return Result<std::unique_ptr<registry::Watcher>>(std::make_unique<FakeWatcher>(
            std::vector{running()}, std::vector<Step>{[&fake](auto&) { fake.interrupt(); }}));
    };
    CHECK(fake.run({"status", "--watch"}) == 130);
    const auto text = fake.out.str();
    CHECK(text.find(kLeave) != std::string::npos);
    CHECK_THAT(text, Catch::EndsWith("0/0  60m\n"));
    CHECK_FALSE(fake.interrupt);
}

TEST_CASE("a terminal of few lines shows what there is room for, and the end shows all", "[cli]") {
    std::vector<Status> many(30, running());
    Watched fake(many, {[](auto& all) { all.assign(30, succeeded()); }});
    fake.command.out_is_terminal = true;
    fake.height = 6;
    CHECK(fake.run({"status", "--watch"}) == 0);
    const auto text = fake.out.str();
    const auto frame = text.substr(0, text.find(kLeave));
    CHECK(times(frame, "\r\n") == 5);
    CHECK_THAT(frame, Catch::Contains("... 26 more lines"));
    CHECK(times(text.substr(text.find(kLeave)), "5f0c2a91") == 30);
}

TEST_CASE("nothing is erased behind a line, whose last character may stand in the last column",
          "[cli]") {
    for (const int height : {3, 24}) {
        Watched fake(std::vector<Status>(5, running()), {to(succeeded())});
        fake.command.out_is_terminal = true;
        fake.height = height;
        CHECK(fake.run({"status", "--watch"}) == 0);
        const auto text = fake.out.str();
        for (const std::string erase : {"\x1b[K", "\x1b[J"}) {
            for (auto at = text.find(erase); at != text.npos; at = text.find(erase, at + 1)) {
                CAPTURE(height, text.substr(0, at));
                CHECK((text[at - 1] == '\n' || text.substr(at - 3, 3) == "\x1b[H"));
            }
        }
    }
}

TEST_CASE("a terminal that changes its size is drawn anew at once", "[cli]") {
    Watched fake({running()}, {});
    fake.command.out_is_terminal = true;
    fake.command.library.watch_all = [&fake](std::vector<std::string>) {
        return Result<std::unique_ptr<registry::Watcher>>(std::make_unique<FakeWatcher>(
            std::vector{running()},
            std::vector<Step>{[&fake](auto&) { fake.width = 200; }, to(succeeded())}));
    };
    CHECK(fake.run({"status", "--watch", "1h"}) == 0);
    CHECK(times(fake.out.str(), "\x1b[2J") == 2);
    CHECK_THAT(fake.out.str(), Catch::Contains("############------------------  43 %"));
}

TEST_CASE("a session that is closed before its end was seen is an error of the watching", "[cli]") {
    Watched fake({running()}, {[](auto& all) { all.clear(); }});
    CHECK(fake.run({"status", "5f0c", "--watch", "--json"}) == 5);
    CHECK(fake.out.str() == "{5f0c2a91}\n{5f0c2a91}\n");
}

TEST_CASE("a reader that has gone ends the watching", "[cli]") {
    Watched fake({running()}, {});
    fake.out.setstate(std::ios::badbit);
    CHECK(fake.run({"status", "--watch"}) == 6);
}

TEST_CASE("a registry that cannot be watched is an error", "[cli]") {
    Watched fake({running()}, {});
    fake.command.library.watch_all =
        [](std::vector<std::string>) -> Result<std::unique_ptr<registry::Watcher>> {
        return fail(ErrorCode::permission, "/run/mcast belongs to someone else");
    };
    CHECK(fake.run({"status", "--watch"}) == 6);
}
