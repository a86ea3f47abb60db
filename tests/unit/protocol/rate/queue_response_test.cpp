// SPDX-License-Identifier: MIT
#include "protocol/rate/queue_response.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Step = QueueResponse::Step;

namespace {

constexpr Duration kRound = milliseconds(10);

Verdict queue_of(int ms, bool is_long = false) {
    Verdict verdict;
    verdict.queued = true;
    verdict.queue = milliseconds(ms);
    verdict.long_queue = is_long;
    return verdict;
}

struct Response {
    Response() {
        queue.look(now, queue_of(0));
        queue.begin(now, 100e6);
    }
    Step after(int ms, const Verdict& verdict) {
        return queue.on_epoch(now += milliseconds(ms), verdict, kRound);
    }
    QueueResponse queue;
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("a short queue that grows is trimmed, one that does not is waited for", "[rate]") {
    Response r;
    r.queue.await_step(r.now, kRound, milliseconds(4));
    CHECK(r.after(10, queue_of(4)) == Step::wait);  // the last step is not seen yet
    CHECK(r.after(10, queue_of(4)) == Step::trim);
    r.queue.look(r.now, queue_of(4));
    CHECK(r.after(50, queue_of(4)) == Step::wait);
}

TEST_CASE("a long queue is drained at once, but not below a part of the rate", "[rate]") {
    Response r;
    CHECK(r.after(10, queue_of(20, true)) == Step::drain);
    CHECK(r.after(10, queue_of(20, true)) == Step::wait);
    CHECK(r.queue.drained(100e6) == Approx(93e6));
    CHECK(r.queue.drained(50e6) == Approx(60e6));
    r.queue.on_cut(20e6);
    CHECK(r.queue.drained(20e6) == Approx(18.6e6));
}

TEST_CASE("a queue that stays is drained, and one that does not drain is another flow's",
          "[rate]") {
    Response r;
    CHECK(r.after(400, queue_of(4)) == Step::drain);
    CHECK(r.after(200, queue_of(4)) == Step::drain);
    CHECK(r.after(200, queue_of(4)) == Step::foreign);
    r.queue.stop();
    CHECK_FALSE(r.queue.on());
}

TEST_CASE("room that was made is forgotten with the queue", "[rate]") {
    Response r;
    r.queue.begin_with_room(r.now, 50e6);
    CHECK(r.queue.made_room());
    r.queue.stop();
    CHECK_FALSE(r.queue.made_room());
}

TEST_CASE("growth of a queue is measured from look to look", "[rate]") {
    Response r;
    r.queue.look(r.now + milliseconds(19), queue_of(8));  // too soon for another look
    CHECK(r.queue.grown(queue_of(4)) == milliseconds(4));
    CHECK(r.queue.growth(r.now + milliseconds(20), queue_of(4)) == Approx(0.2));
    r.queue.look(r.now + milliseconds(20), queue_of(8));
    CHECK(r.queue.grown(queue_of(4)) == milliseconds(-4));
}
