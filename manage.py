from comanaged import bootstrap

bootstrap.run("comanaged.local.entry")
