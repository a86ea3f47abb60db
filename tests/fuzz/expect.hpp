// SPDX-License-Identifier: MIT
#pragma once

#include "base/assert.hpp"

/// A claim that must hold for every input: the fuzzer keeps the input that breaks it.
#define EXPECT_ALWAYS(condition) MCAST_ASSERT(condition)
