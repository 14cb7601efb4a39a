using Skyline.Server.Setup;

var app = Appliance.Build(args);
await app.Start();
await app.WaitForShutdownAsync();
