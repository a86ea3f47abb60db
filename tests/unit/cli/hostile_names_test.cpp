// SPDX-License-Identifier: MIT
#include "cli/view/offers_json.hpp"
#include "cli/view/present.hpp"
#include "cli/view/progress.hpp"
#include "cli/view/status_view.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

// Names, hosts and messages of peers reach a terminal by these ways only.
namespace {

const std::string kHostile =
    "\x1b]0;owned\x07\r\n\xc2\x9b"
    "2J\xe2\x80\xae"
    "x\xff";

bool harmless(const std::string& text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && byte != '\n') || byte >= 0x7f) return false;
    }
    return true;
}

Status hostile(Status status) {
    status.name = status.interface = status.waiting_for = kHostile;
    status.peer = status.meta = status.path = status.digest = kHostile;
    if (status.error) status.error->message = kHostile;
    auto one = receiver(kHostile, kHostile, State::failure);
    one.address = kHostile;
    one.error = Error{ErrorCode::io, 0, kHostile};
    status.receivers = {one};
    status.paced_by = kHostile;
    return status;
}

}  // namespace

TEST_CASE("no table or detail of a hostile status holds a control character", "[cli]") {
    for (const auto& status :
         {hostile(running()), hostile(succeeded(Role::receiver)), hostile(failed(ErrorCode::io))}) {
        CHECK(harmless(sessions_table(std::vector{status}, {80}, status.started)));
        CHECK(harmless(session_details(status, {80})));
        CHECK(harmless(session_details(status, {200})));
        CHECK(harmless(receivers_table(status, {80})));
    }
}

TEST_CASE("nothing said about a hostile session holds a control character", "[cli]") {
    FakeCommand fake(Role::sender);
    const Voice voice(fake.command, false);
    tell_outcome(voice, hostile(succeeded()), {});
    tell_outcome(voice, hostile(failed(ErrorCode::io)), {});
    voice.warning(kHostile);
    voice.say(kHostile);
    CHECK(harmless(fake.err.str()));
}

TEST_CASE("a hostile session cannot break out of the progress line", "[cli]") {
    FakeCommand fake(Role::sender);
    Progress progress(fake.command, ProgressMode::automatic, false);
    progress.update(hostile(running()));
    CHECK(harmless(fake.err.str()));
    CHECK(fake.err.str().find('\n') == fake.err.str().size() - 1);
}

TEST_CASE("a hostile offer is harmless as JSON and as a table", "[cli]") {
    const Offer offer{kHostile, kHostile, kHostile, kHostile, kHostile, 1, false, 1};
    CHECK(harmless(offers_line(std::vector{offer})));
    FakeCommand fake(Role::receiver);
    fake.command.library.discover = [&](const NetworkOptions&, Seconds) {
        return Result<std::vector<Offer>>(std::vector{offer});
    };
    CHECK(fake.run({"list"}) == 0);
    CHECK(harmless(fake.out.str()));
}
