using System.Runtime.Versioning;

// File modes, signals and shells: these tests run where Skyline does.
[assembly: SupportedOSPlatform("linux")]
