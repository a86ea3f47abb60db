// SPDX-License-Identifier: MIT
#include "session/loop/transfer_result.hpp"

#include <memory>

#include "support/catch.hpp"
#include "unit/control/support.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace std::chrono_literals;
using control::test::RuntimeDirectory;

namespace {

/// The status of a session that ends with `result`.
Status ended_with(const TransferResult& result) {
    const RuntimeDirectory directory;
    Status initial;
    initial.bytes_total = 1000;
    const auto front = SessionFront::create(initial, {}).value();
    REQUIRE(front->serve({}));
    result.tell(*front);
    REQUIRE(front->wait({}));
    return front->snapshot();
}

const Error kFull{ErrorCode::no_space, 0, "the disk is full"};

}  // namespace

TEST_CASE("a transfer without an error has succeeded, with a path and a digest", "[session]") {
    TransferResult result;
    result.set_path("/srv/image.raw");
    result.set_digest("sha256:00");
    CHECK_FALSE(result.failed());
    const auto status = ended_with(result);
    CHECK(status.state == State::success);
    CHECK(status.path == "/srv/image.raw");
    CHECK(status.digest == "sha256:00");
}

TEST_CASE("an empty digest is none", "[session]") {
    TransferResult result;
    result.set_digest("");
    CHECK_FALSE(ended_with(result).digest);
}

TEST_CASE("a transfer with an error has failed, whatever else is known", "[session]") {
    TransferResult result;
    result.explain(", and more");  // of nothing
    result.set_path("/srv/image.raw");
    result.fail(kFull);
    result.explain("; the rest is left");
    CHECK(result.failed());
    const auto status = ended_with(result);
    CHECK(status.state == State::failure);
    REQUIRE(status.error);
    CHECK(status.error->code == ErrorCode::no_space);
    CHECK(status.error->message == "the disk is full; the rest is left");
}

TEST_CASE("a result is closed once, and no error changes it then", "[session]") {
    TransferResult result;
    CHECK_FALSE(result.closed());
    CHECK(result.close());
    CHECK_FALSE(result.close());
    CHECK(result.closed());
    result.fail(kFull);
    CHECK_FALSE(result.failed());
}

TEST_CASE("a disk is waited for one second", "[session]") {
    TransferResult result;
    CHECK_FALSE(result.waits_for_disk());
    CHECK(result.due() == kNever);
    result.wait_for_disk(Time(1h));
    CHECK(result.waits_for_disk());
    CHECK(result.due() == Time(1h) + 1s);
}
