using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Skyline.Browsing;

/// <summary>What is expected of a page comes when the machine gets to it: on one that builds and tests beside, five seconds (Playwright's own) are a bet.</summary>
static class Patience
{
#pragma warning disable CA2255 // Of a test program, before its first test: that is what it is for.
    [ModuleInitializer]
    internal static void Have() => Assertions.SetDefaultExpectTimeout(30_000);
#pragma warning restore CA2255
}
