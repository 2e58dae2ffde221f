from engine import Engine

engine = Engine()
for sign in (1, -1):
    print(engine(x=[[sign, 2], [-3 * sign, 4]]))
