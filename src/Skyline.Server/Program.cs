namespace Skyline.Server; public sealed class Program { static void Main() { } }
