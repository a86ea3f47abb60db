// SPDX-License-Identifier: MIT
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

struct Listing : FakeCommand {
    explicit Listing(Result<std::vector<Offer>> answer) : FakeCommand(Role::receiver) {
        command.library.discover = [this, answer](const NetworkOptions& asked, Seconds listen) {
            network = asked;
            listened = listen;
            return answer;
        };
    }
    NetworkOptions network;
    Seconds listened{};
};

const Offer kImage{"image.raw", "build 7", "10.0.0.5", "depot", "5f0c2a91", 1073741824, true, 3};
const Offer kStream{"stream", "", "10.0.0.6", "", "77aa01bc", {}, false, 0};

}  // namespace

TEST_CASE("list shows what is on offer as a table", "[cli]") {
    Listing fake(std::vector{kImage, kStream});
    CHECK(fake.run({"list"}) == 0);
    CHECK(fake.out.str() ==
          "NAME          SIZE  FROM              STATE    RECEIVERS  META\n"
          "image.raw  1.0 GiB  depot (10.0.0.5)  started          3  build 7\n"
          "stream      stream  10.0.0.6          waiting          0\n");
    CHECK(fake.listened == Seconds{2.5});
}

TEST_CASE("offers are listed by name and sender, in whatever order they were heard", "[cli]") {
    std::vector<Offer> heard(4, kImage);
    heard[0].name = "disk-10";
    heard[1].name = heard[2].name = "disk-2";
    heard[1].transfer = "77aa01bc";
    heard[3].name = "disk-1";
    Listing fake(heard);
    CHECK(fake.run({"list", "--json"}) == 0);
    std::vector<std::size_t> places;
    for (const auto* one : {"disk-1\"", "\"disk-2\"", "77aa01bc", "disk-10"})
        places.push_back(fake.out.str().find(one));
    CHECK(std::ranges::is_sorted(places));
}

TEST_CASE("list opens offers with the key, and tells when it cannot", "[cli]") {
    Listing fake(std::vector{kImage});
    CHECK(fake.run({"list", "--key", "lab.key"}) == 0);
    CHECK(fake.network.key == "lab.key");
    Listing from_environment(std::vector{kImage});
    from_environment.environment["MCAST_KEY_FILE"] = "env.key";
    CHECK(from_environment.run({"list"}) == 0);
    CHECK(from_environment.network.key == "env.key");
    Listing sealed(fail(ErrorCode::auth, "offers are sealed"));
    CHECK(sealed.run({"list", "--json"}) == 7);
    CHECK(sealed.out.str() == "[]\n");
}

TEST_CASE("list --json prints an array with an object for each offer", "[cli]") {
    Listing fake(std::vector{kImage, kStream});
    CHECK(fake.run({"list", "--json"}) == 0);
    CHECK(
        fake.out.str() ==
        R"([{"version":1,"name":"image.raw","meta":"build 7","sender":"10.0.0.5","host":"depot",)"
        R"("transfer":"5f0c2a91","bytes_total":1073741824,"started":true,"receivers":3},)"
        R"({"version":1,"name":"stream","meta":"","sender":"10.0.0.6","host":"","transfer":"77aa01bc",)"
        R"("bytes_total":null,"started":false,"receivers":0}])"
        "\n");
    CHECK(fake.err.str().empty());
}

TEST_CASE("nothing on offer names the group and the interface and exits with 3", "[cli]") {
    Listing fake(std::vector<Offer>{});
    CHECK(fake.run({"list", "-i", "eth0", "--timeout", "1"}) == 3);
    CHECK_THAT(fake.err.str(),
               Catch::StartsWith("mcrecv: error: nothing is on offer on 239.255.77.77:7701 via "
                                 "eth0 (no_sender)\n"));
    CHECK(fake.out.str().empty());
    CHECK(fake.network.interface == "eth0");
    CHECK(fake.listened == Seconds{1});
}

TEST_CASE("list --json with nothing on offer prints an empty array and exits with 3", "[cli]") {
    Listing fake(std::vector<Offer>{});
    CHECK(fake.run({"list", "--json", "-g", "[ff15::1]:5"}) == 3);
    CHECK(fake.out.str() == "[]\n");
    CHECK_THAT(fake.err.str(), Catch::Contains("on [ff15::1]:5 (no_sender)"));
}

TEST_CASE("list exits with the status of every error", "[cli]") {
    for (const auto& row : error_table()) {
        Listing fake(fail(row.code, "no"));
        CHECK(fake.run({"list"}) == row.exit_status);
    }
}
