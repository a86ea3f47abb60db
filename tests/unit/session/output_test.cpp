// SPDX-License-Identifier: MIT
#include "session/receive/output.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using std::chrono::seconds;

TEST_CASE("a command is told of its transfer", "[session]") {
    protocol::OfferInfo offer;
    offer.name = "image.raw";
    offer.meta = "release 2";
    offer.object.size = 1000;
    ReceiveOptions options;
    CHECK_FALSE(output_for(options, offer, {"5f0c2a91", "10.0.0.5", seconds(30)}).consumer);
    options.exec = "cat";
    const auto output = output_for(options, offer, {"5f0c2a91", "10.0.0.5", seconds(30)});
    REQUIRE(output.consumer);
    CHECK(output.consumer->command == "cat");
    CHECK(output.consumer->patience == seconds(30));
    std::string facts;
    for (const auto& [name, value] : output.consumer->facts) facts += name + "=" + value + "\n";
    CHECK(facts ==
          "MCAST_NAME=image.raw\nMCAST_SIZE=1000\nMCAST_SENDER=10.0.0.5\nMCAST_META=release 2\n"
          "MCAST_ID=5f0c2a91\n");
}
