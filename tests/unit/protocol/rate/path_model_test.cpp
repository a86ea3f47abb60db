// SPDX-License-Identifier: MIT
#include "protocol/rate/path_model.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;

namespace {

ReceiverEpoch heard(std::initializer_list<int> round_trips_ms) {
    ReceiverEpoch epoch;
    for (const int ms : round_trips_ms) epoch.on_rtt(milliseconds(ms));
    return epoch;
}
PathModel path(int ms) {
    PathModel model;
    model.on_rtt(milliseconds(ms));
    return model;
}

}  // namespace

TEST_CASE("without a round trip there is no queue", "[rate]") {
    const QueueState queue = path(10).queue({}, {});
    CHECK(queue.rtt == Duration::zero());
    CHECK_FALSE(queue.standing);
    CHECK_FALSE(PathModel{}.known());
}

TEST_CASE("a queue stands when the least round trip shows it", "[rate]") {
    CHECK_FALSE(path(10).queue(heard({12, 30}), {}).standing);
    const QueueState queue = path(10).queue(heard({14, 30}), {});
    CHECK(queue.standing);
    CHECK(queue.delay == milliseconds(4));
    CHECK_FALSE(queue.is_long);
    CHECK(path(10).queue(heard({19}), {}).is_long);
}

TEST_CASE("a queue that was only seen last is late or starting", "[rate]") {
    const QueueState queue = path(10).queue(heard({10, 15}), {});
    CHECK(queue.late);
    CHECK(queue.starting);
    CHECK_FALSE(queue.standing);
    // On a long path it has to be greater, but one that starts is seen a round trip late.
    const QueueState far = path(320).queue(heard({320, 330}), {});
    CHECK_FALSE(far.late);
    CHECK(far.starting);
}

TEST_CASE("queueing in our own link is not the path's", "[rate]") {
    const QueueState queue = path(10).queue(heard({20}), milliseconds(10));
    CHECK_FALSE(queue.standing);
    CHECK(queue.delay == Duration::zero());
}

TEST_CASE("a probe's queue is smaller than one that stands", "[rate]") {
    CHECK(path(400).probe_queued(heard({400, 404})));
    CHECK_FALSE(path(400).queue(heard({404}), {}).standing);
    CHECK_FALSE(path(400).probe_queued({}));
}
