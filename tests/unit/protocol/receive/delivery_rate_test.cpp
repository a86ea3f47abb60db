// SPDX-License-Identifier: MIT
#include "protocol/receive/delivery_rate.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin = Time(seconds(1000));

/// A megabyte within a second, which has been measured.
DeliveryRate measured() {
    DeliveryRate delivery;
    delivery.begin(kBegin);
    delivery.add(1'000'000);
    delivery.measure(kBegin + seconds(1));
    return delivery;
}

}  // namespace

TEST_CASE("the delivery rate is that since it was told last", "[protocol][delivery_rate]") {
    DeliveryRate delivery = measured();
    CHECK(delivery.rate().bytes_per_second() == Approx(1e6));
    delivery.add(1000);
    delivery.measure(kBegin + milliseconds(1100));
    CHECK(delivery.rate().bytes_per_second() == Approx(1e4));
}

TEST_CASE("a delivery rate that was told just now stays", "[protocol][delivery_rate]") {
    DeliveryRate delivery = measured();
    delivery.add(1000);
    delivery.measure(kBegin + milliseconds(1004));
    CHECK(delivery.rate().bytes_per_second() == Approx(1e6));
}

TEST_CASE("time that this process slept lowers no delivery rate", "[protocol][delivery_rate]") {
    DeliveryRate delivery = measured();
    delivery.add(1'000'000);
    delivery.shift(seconds(9));
    delivery.measure(kBegin + seconds(11));
    CHECK(delivery.rate().bytes_per_second() == Approx(1e6));
}
