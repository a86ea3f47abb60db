// SPDX-License-Identifier: MIT
#include "net/network_facts.hpp"

#include "namespace.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

using namespace mcast::net;

TEST_CASE("the facts are those of the interface now, not of when it was chosen", "[net]") {
    in_namespace([] {
        run("ip link set lo up; ip link add a0 type veth peer name b0");
        run("ip addr add 10.5.0.1/24 dev a0; ip addr add 10.6.0.1/24 dev b0");
        run("ip link set a0 up; ip link set b0 up; sysctl -qw net.ipv4.conf.all.rp_filter=1");
        await_carrier("a0", true);
        await_carrier("b0", true);
        const Endpoint group = fresh_group();
        const Interface a0 = interface_named("a0");
        const auto before = inspect(a0, group);
        CHECK(before.group == group.to_string());
        CHECK(before.interface.carrier);
        CHECK(before.strict_reverse_path);
        CHECK(before.other_interfaces == std::vector<std::string>{"b0"});
        run("sysctl -qw net.ipv4.conf.a0.rp_filter=2; ip link set b0 down");
        await_carrier("a0", false);
        const auto without_carrier = inspect(a0, group);
        CHECK(!without_carrier.interface.carrier);
        CHECK(!without_carrier.strict_reverse_path);
        CHECK(without_carrier.other_interfaces.empty());
        run("ip link del a0");
        CHECK(!inspect(a0, group).interface_exists);
    });
}
